"""Forms of inquiries: asking, answering, and who is asked what. Shape only, no rules."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from escalations.forms.facts import field_of
from escalations.models import Decision, Department, Inquiry
from escalations.questions import QuestionKind, questions_from
from escalations.refusals import InvalidInput
from helpdesk.forms import FilesField
from helpdesk.models import Restriction

HOURS = [
    (1, _("1 hour")), (2, _("2 hours")), (4, _("4 hours")), (8, _("8 hours")), (24, _("1 day")),
    (48, _("2 days")), (120, _("5 days")), (240, _("10 days")),
]  # fmt: skip
RESTRICTIONS = [("", _("Nobody: whoever sees the ticket reads it")), *Restriction.choices]
#: Typed answers a page has room for; programs may ask for more.
ROWS = 6


class AskForm(forms.Form):
    question = forms.CharField(
        label=_("Question"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One clear question. What is asked stands on a page, never in a mail."),
        strip=False,
    )
    hours = forms.TypedChoiceField(label=_("Answer needed within"), choices=HOURS, coerce=int)
    asks_approval = forms.BooleanField(label=_("Yes or no is needed"), required=False)
    is_blocking = forms.BooleanField(
        label=_("Nothing may be promised to the customer until answered"), required=False
    )
    restriction = forms.ChoiceField(
        label=_("Hidden from all but"),
        choices=RESTRICTIONS,
        required=False,
        help_text=_("You and whoever you ask always read it."),
    )

    @classmethod
    def usual(cls, template) -> dict:
        """Return what a template fills in."""
        return {
            "question": template.question,
            "hours": closest_hours(template.seconds),
            "asks_approval": template.asks_approval,
            "is_blocking": template.is_blocking,
            "restriction": template.restriction,
        }


class AnswerForm(forms.Form):
    """One field per typed answer, named ``fact-<key>``; ``name`` only where nobody signed in."""

    def __init__(self, data=None, files=None, *, inquiry: Inquiry, by_link: bool = False):
        super().__init__(data, files)
        self.questions = questions_from(inquiry.fields)
        if inquiry.asks_approval:
            self.fields["decision"] = forms.ChoiceField(
                label=_("Your decision"), choices=Decision.choices, widget=forms.RadioSelect,
                required=False,
            )  # fmt: skip
        for question in self.questions:
            self.fields[f"fact-{question.key}"] = field_of(question)
        needs_words = not inquiry.asks_approval and not self.questions
        self.fields["text"] = forms.CharField(
            label=_("Your answer") if needs_words else _("Anything to add"),
            widget=forms.Textarea(attrs={"rows": 5}),
            required=False,
            strip=False,
        )
        self.fields["files"] = FilesField(label=_("Files"), required=False, allow_empty_file=True)
        if by_link:
            self.fields["name"] = forms.CharField(
                label=_("Your name"), required=False, max_length=200
            )

    @property
    def decision(self):
        return self["decision"] if "decision" in self.fields else None

    @property
    def rest(self) -> list:
        """Every field but the decision, in order."""
        return [self[name] for name in self.fields if name != "decision"]

    def said(self) -> dict:
        """Return the facts as the reader of answers takes them; what is empty is left out."""
        given = {one.key: self.cleaned_data.get(f"fact-{one.key}") for one in self.questions}
        return {key: value for key, value in given.items() if value not in (None, "")}

    def refuse(self, error: Exception) -> None:
        """Show what a service refused at its field."""
        if isinstance(error, InvalidInput):
            for path, mistake in error.mistakes.items():
                key = path.split(".")[1] if "." in path else ""
                self._blame(f"fact-{key}", mistake.message)
            return
        field = {"attachments": "files"}.get(error.field, error.field)
        self._blame(field, str(error))

    def _blame(self, field: str, words: str) -> None:
        self.add_error(field if field in self.fields else None, words)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Why is it not needed any more?"), max_length=250, required=False
    )


class DepartmentForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    email = forms.CharField(
        label=_("E-mail"),
        required=False,
        help_text=_("Gets a link for each question; whoever has it answers without an account."),
    )
    lead = forms.ModelChoiceField(
        User.objects.active().order_by("full_name"), label=_("Lead"), required=False,
        empty_label=_("Nobody with an account"),
    )  # fmt: skip
    lead_email = forms.CharField(
        label=_("E-mail of its lead"), required=False, help_text=_("Hears of what is overdue.")
    )
    members = forms.ModelMultipleChoiceField(
        User.objects.active().order_by("full_name"), label=_("Members"), required=False,
        help_text=_("People with an account who answer for it."),
    )  # fmt: skip

    @classmethod
    def usual(cls, department: Department) -> dict:
        people = department.members.all()
        return {
            "name": department.name, "email": department.email, "lead": department.lead_id,
            "lead_email": department.lead_email, "members": [one.pk for one in people],
        }  # fmt: skip

    def said(self) -> dict:
        lead = self.cleaned_data["lead"]
        members = [one.pk for one in self.cleaned_data["members"]]
        return self.cleaned_data | {"lead": lead and lead.pk, "members": members}


class TemplateForm(AskForm):
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    field_order = ("name", "question")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["question"].required = False
        self.fields["question"].label = _("Usual question")
        kinds = [(str(kind), label) for kind, label in KINDS.items()]
        for i in range(ROWS):
            self.fields[f"label-{i}"] = forms.CharField(label=_("Fact"), required=False)
            self.fields[f"kind-{i}"] = forms.ChoiceField(
                label=_("Kind"), choices=kinds, required=False
            )
            self.fields[f"choices-{i}"] = forms.CharField(
                label=_("Choices, with commas"), required=False
            )
            self.fields[f"required-{i}"] = forms.BooleanField(label=_("Needed"), required=False)
            self.fields[f"key-{i}"] = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def rows(self) -> list[dict]:
        names = ("label", "kind", "choices", "required", "key")
        return [{name: self[f"{name}-{i}"] for name in names} for i in range(ROWS)]

    @classmethod
    def filled(cls, template) -> dict:
        usual = cls.usual(template) | {"name": template.name, "is_active": template.is_active}
        for i, one in enumerate(questions_from(template.fields)[:ROWS]):
            usual |= {
                f"label-{i}": one.label, f"kind-{i}": str(one.kind), f"key-{i}": one.key,
                f"choices-{i}": ", ".join(one.choices), f"required-{i}": one.is_required,
            }  # fmt: skip
        return usual

    def said(self) -> dict:
        said = {
            name: self.cleaned_data[name]
            for name in (
                "name", "question", "asks_approval", "is_blocking", "restriction", "is_active",
            )
        }  # fmt: skip
        return said | {"seconds": self.cleaned_data["hours"] * 3600, "questions": self._questions()}

    def _questions(self) -> list[dict]:
        given = self.cleaned_data
        rows = [i for i in range(ROWS) if given[f"label-{i}"].strip()]
        return [
            {
                "key": given[f"key-{i}"] or f"fact_{i + 1}",
                "label": given[f"label-{i}"],
                "kind": given[f"kind-{i}"] or str(QuestionKind.TEXT),
                "choices": [one for one in given[f"choices-{i}"].split(",") if one.strip()],
                "is_required": given[f"required-{i}"],
            }
            for i in rows
        ]


KINDS = {
    QuestionKind.TEXT: _("Words"),
    QuestionKind.NUMBER: _("A number"),
    QuestionKind.MONEY: _("Money"),
    QuestionKind.DATE: _("A date"),
    QuestionKind.YES_NO: _("Yes or no"),
    QuestionKind.CHOICE: _("One of these"),
}


def closest_hours(seconds: int) -> int:
    """Return the choice of hours that is closest to a time."""
    return min((hours for hours, _words in HOURS), key=lambda hours: abs(hours * 3600 - seconds))
