"""An endpoint of webhooks as the page sends it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from escalations.models import WANTED, WebhookEndpoint, WebhookEvent
from escalations.services.webhooks import MAX_NAME
from outbound.addresses import MAX_LENGTH


class WebhookForm(forms.Form):
    """``cleaned_data`` is what the services take."""

    name = forms.CharField(label=_("Name"), max_length=MAX_NAME)
    url = forms.CharField(
        label=_("Address"),
        max_length=MAX_LENGTH,
        help_text=_("Begins with https:// and lies on the public internet."),
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )
    may_be_private = forms.BooleanField(
        label=_("The address lies in our own network"),
        required=False,
        help_text=_("Allows private addresses and http. Other addresses inside stay refused."),
    )
    events = forms.MultipleChoiceField(
        label=_("What it is told"),
        choices=[(event, WebhookEvent(event).label) for event in WANTED],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one event.")},
    )

    @classmethod
    def about(cls, endpoint: WebhookEndpoint) -> "WebhookForm":
        return cls(initial={name: getattr(endpoint, name) for name in cls.base_fields})
