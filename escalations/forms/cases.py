"""What people type when they act on an escalation. The services decide what is enough."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from escalations.contract import ContractAct, Outcome

OUTCOMES = {
    Outcome.SOLVED: _("Solved"),
    Outcome.PARTLY: _("Solved in part"),
    Outcome.NOT_POSSIBLE: _("Not possible"),
    Outcome.WRONG_ROUTE: _("Should not have come here"),
}
DECISIONS = {
    ContractAct.INSIST: _("It belongs to the specialists: up again, and not sent back any more"),
    ContractAct.KEEP: _("It stays at the front line: the escalation ends"),
}


def _words(label, rows: int = 3, **more) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        widget=forms.Textarea({"rows": rows, "maxlength": 4000}),
        **more,
    )


class ActForm(forms.Form):
    """Every act gives a reason, except where it has words of its own."""

    def __init__(self, data=None, *, candidates=()):
        super().__init__(data)
        self.candidates = candidates


class SendBackForm(ActForm):
    missing = forms.CharField(
        label=_("What is missing"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("What is needed before the case can come back. Leave it empty if nothing is."),
    )
    reason = _words(_("Reason, the first agent reads it"))


class ResubmitForm(ActForm):
    reason = _words(_("What is new"))


class WithdrawForm(ActForm):
    reason = _words(_("Why it is not needed any more"))


class DecideForm(ActForm):
    decision = forms.ChoiceField(
        label=_("Where does it belong?"),
        choices=[(str(each), words) for each, words in DECISIONS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    reason = _words(_("Reason, both sides read it"))


class HandOverForm(ActForm):
    to = forms.ModelChoiceField(
        User.objects.none(),
        label=_("To whom"),
        error_messages={"required": _("Choose somebody."), "invalid_choice": _("Choose somebody.")},
    )
    reason = _words(_("Reason, they read it"))

    def __init__(self, data=None, *, candidates=()):
        super().__init__(data, candidates=candidates)
        self.fields["to"].queryset = User.objects.filter(
            pk__in=[each.person.pk for each in candidates]
        )


class CompleteForm(ActForm):
    resolution = _words(
        _("How it was solved"),
        4,
        help_text=_(
            "The first agent learns from it: what you found, what you did, what to do next."
        ),
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[(str(each), words) for each, words in OUTCOMES.items()],
        required=False,
    )
    give_back = forms.BooleanField(
        label=_("Give the ticket back to those it came from"), required=False
    )

    def clean_outcome(self):
        return self.cleaned_data["outcome"] or str(Outcome.SOLVED)
