"""Linking an identity to a customer, and taking a link back."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.models import CustomerIdentity, IdentityEntry

#: What an agent can say without pretending to measure it.
HOW_SURE = (
    ("1.00", _("Certain")),
    ("0.90", _("Nearly certain")),
    ("0.70", _("Likely")),
    ("0.60", _("More likely than not")),
    ("0.30", _("Possible, not counted")),
)


class LinkIdentityForm(forms.Form):
    """The identity by its id, or as written: an address or an account."""

    identity = forms.ModelChoiceField(
        queryset=CustomerIdentity.objects.all(), required=False, widget=forms.HiddenInput
    )
    value = forms.CharField(
        label=_("Address or account"), max_length=254, required=False, strip=True
    )
    evidence = forms.CharField(label=_("What shows it"), max_length=190)
    confidence = forms.ChoiceField(label=_("How sure"), choices=HOW_SURE, initial="0.90")

    def clean_confidence(self) -> Decimal:
        return Decimal(self.cleaned_data["confidence"])

    def clean(self):
        facts = super().clean()
        if not facts.get("identity") and not self.errors:
            facts["identity"] = self._identity_written(facts.get("value", ""))
        return facts

    def _identity_written(self, value: str) -> CustomerIdentity | None:
        """Find the one identity written so; of several kinds with the same words none."""
        found = list(CustomerIdentity.objects.filter(value__in={value, value.lower()})[:2])
        if len(found) == 1:
            return found[0]
        words = {
            0: _("Nobody has this address or account; write it in full."),
            2: _("Several accounts are called so; link it from the other customer's page."),
        }
        self.add_error("value", words[len(found)])
        return None


class UnlinkIdentityForm(forms.Form):
    entry = forms.ModelChoiceField(queryset=IdentityEntry.objects.none())

    def __init__(self, *args, entries, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["entry"].queryset = entries
