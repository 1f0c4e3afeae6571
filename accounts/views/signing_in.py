"""Signing in and out, passwords, the profile."""

from axes.conf import settings as axes_settings
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.profile import ProfileForm
from accounts.forms.signing_in import LoginForm, ResetForm
from accounts.services.invitation_links import InvitationTokens
from accounts.services.invitations import InvitationIsOver, accept_invitation
from accounts.services.profiles import edit_profile

PROFILE_FIELDS = ("full_name", "language", "time_zone", "signature")


class Login(auth_views.LoginView):
    template_name = "accounts/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True
    extra_context = {"house": settings.SUPPORT_NAME}

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ChangePassword(auth_views.PasswordChangeView):
    template_name = "accounts/password.html"
    success_url = reverse_lazy("accounts:profile")

    def form_valid(self, form):
        messages.success(
            self.request, _("Your password is changed. Other sessions are signed out.")
        )
        return super().form_valid(form)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class AskForReset(auth_views.PasswordResetView):
    template_name = "accounts/reset.html"
    form_class = ResetForm
    success_url = reverse_lazy("accounts:reset_sent")


class Reset(auth_views.PasswordResetConfirmView):
    template_name = "accounts/reset_confirm.html"
    success_url = reverse_lazy("accounts:login")

    def form_valid(self, form):
        messages.success(self.request, _("Your new password is set. Sign in with it."))
        return super().form_valid(form)


class Invitation(auth_views.PasswordResetConfirmView):
    """The link of an invitation: sets the first password."""

    template_name = "accounts/invitation.html"
    success_url = reverse_lazy("accounts:login")
    token_generator = InvitationTokens()

    def form_valid(self, form):
        password = form.cleaned_data["new_password1"]
        try:
            accept_invitation(self.user.pk, password=password, at=timezone.now())
        except InvitationIsOver as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        del self.request.session[auth_views.INTERNAL_RESET_SESSION_TOKEN]
        messages.success(self.request, _("Your password is set. Sign in with it."))
        return redirect(self.success_url)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


@login_required
@require_http_methods(["GET", "POST"])
def profile(request):
    kept = {name: getattr(request.user, name) for name in PROFILE_FIELDS}
    form = ProfileForm(request.POST or None, initial=kept)
    if form.is_valid():
        edit_profile(request.user, **form.cleaned_data)
        with translation.override(form.cleaned_data["language"]):
            messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form}, status=_status(form))


def locked_out(request, response, credentials):
    """What django-axes shows instead of the answer once the tries are used up."""
    minutes = int(axes_settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(request, "accounts/locked_out.html", {"minutes": minutes}, status=429)


def _status(form) -> int:
    return 422 if form.is_bound and not form.is_valid() else 200
