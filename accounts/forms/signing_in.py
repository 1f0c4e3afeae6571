"""What people type to get in."""

from functools import partial

from axes.conf import settings as axes_settings
from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import tasks


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
        refused = _("E-mail and password do not match.")
        return f"{refused} {tries}"


class ResetForm(PasswordResetForm):
    """Leaves the letter to a worker: the answer takes as long for nobody as for somebody."""

    def save(self, **options):
        for user in self.get_users(self.cleaned_data["email"]):
            nudge = partial(tasks.mail_reset_letter.delay, user.pk)
            transaction.on_commit(nudge, robust=True)
