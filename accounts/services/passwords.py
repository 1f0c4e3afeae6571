"""Setting a new password by mail."""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.models import User

_TEMPLATE = "accounts/emails/password_reset"


def send_reset_letter(user_id: int) -> None:
    """Mail somebody the link that sets a new password.

    The link is made while it is sent and kept nowhere: no row, log or outbox page holds it.

    :raises OSError: if the mail server cannot be reached; asking again makes another link.
    """
    user = User.objects.may_sign_in().filter(pk=user_id).first()
    if user is None:
        return
    words = {
        "user": user,
        "email": user.email,
        "site_url": settings.SITE_URL,
        "uid": urlsafe_base64_encode(force_bytes(user.pk)),
        "token": default_token_generator.make_token(user),
    }
    with translation.override(user.language):
        letter = EmailMultiAlternatives(
            subject=render_to_string(f"{_TEMPLATE}.subject.txt", words).strip(),
            body=render_to_string(f"{_TEMPLATE}.txt", words),
            to=[user.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
        letter.attach_alternative(render_to_string(f"{_TEMPLATE}.html", words), "text/html")
    letter.send()
