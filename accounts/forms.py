"""What people type about themselves."""

from functools import partial
from zoneinfo import available_timezones

from axes.conf import settings as axes_settings
from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import tasks
from accounts.models import User


class LoginForm(AuthenticationForm):
    """Asks the backends by ``email``: the name under which failed tries are counted."""

    def clean(self):
        credentials = {
            "email": self.cleaned_data.get("username", "").strip().lower(),
            "password": self.cleaned_data.get("password", ""),
        }
        if all(credentials.values()):
            self.user_cache = authenticate(self.request, **credentials)
            if self.user_cache is None:
                raise ValidationError(self._no_match(credentials), code="invalid_login")
            self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data

    def _no_match(self, credentials) -> str:
        failures = AxesProxyHandler.get_failures(self.request, credentials)
        left = max(axes_settings.AXES_FAILURE_LIMIT - failures, 0)
        tries = ngettext("%(left)d try left.", "%(left)d tries left.", left) % {"left": left}
        return f"{_('E-mail and password do not match.')} {tries}"


class ResetForm(PasswordResetForm):
    """Leaves the letter to a worker: the answer takes as long for nobody as for somebody."""

    def save(self, **options):
        for user in self.get_users(self.cleaned_data["email"]):
            nudge = partial(tasks.mail_reset_letter.delay, user.pk)
            transaction.on_commit(nudge, robust=True)


def _time_zones_by_region():
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
        help_text=_("For dates, amounts and letters to you. Screens are in English."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=_time_zones_by_region)
    signature = forms.CharField(
        label=_("Signature"),
        required=False,
        max_length=User._meta.get_field("signature").max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Set below every public reply."),
    )
