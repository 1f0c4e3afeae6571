"""What people type about themselves."""

from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User


def time_zones_by_region():
    regions: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(available_timezones()):
        region, slash, place = name.partition("/")
        if slash and region not in {"Etc", "SystemV", "posix", "right"}:
            regions.setdefault(region, []).append((name, place.replace("_", " ")))
    return [("UTC", "UTC"), *regions.items()]


class ProfileForm(forms.Form):
    full_name = forms.CharField(
        label=_("Name"),
        max_length=User._meta.get_field("full_name").max_length,
        help_text=_("Customers and colleagues see it above what you write."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("For screens, dates, amounts and letters to you."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones_by_region)
    signature = forms.CharField(
        label=_("Signature"),
        required=False,
        max_length=User._meta.get_field("signature").max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Set below every public reply."),
    )
