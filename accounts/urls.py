"""Signing in and out, passwords, invitations, the profile."""

from django.contrib.auth.views import LogoutView, PasswordResetDoneView
from django.urls import path

from accounts.views import signing_in as views

app_name = "accounts"

urlpatterns = [
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("profile/", views.profile, name="profile"),
    path("password/", views.ChangePassword.as_view(), name="password"),
    path("reset/", views.AskForReset.as_view(), name="reset"),
    path(
        "reset/sent/",
        PasswordResetDoneView.as_view(template_name="accounts/reset_sent.html"),
        name="reset_sent",
    ),
    path("reset/<uidb64>/<token>/", views.Reset.as_view(), name="reset_confirm"),
    path("invitation/<uidb64>/<token>/", views.Invitation.as_view(), name="invitation"),
]
