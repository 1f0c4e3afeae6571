"""The form of a macro."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from policies.services.macros import MAX_NAME, MAX_TEXT


class MacroForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=MAX_NAME)
    text = forms.CharField(
        label=_("Text"), max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("{name}, {ticket}, {order} and {agent} are put in where the macro is used."),
    )  # fmt: skip
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.order_by("name"), required=False,
        empty_label=_("Everybody"),
    )  # fmt: skip
