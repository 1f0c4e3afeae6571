"""Letters to people who work here, each with a link made for it and kept nowhere."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.models import User


def letter_to(user: User, template: str, *, token: str, **words: object) -> EmailMultiAlternatives:
    """Write the letter of ``templates/accounts/emails/<template>`` in the person's language."""
    path = f"accounts/emails/{template}"
    words |= {
        "user": user,
        "email": user.email,
        "house": settings.SUPPORT_NAME,
        "site_url": settings.SITE_URL,
        "uid": urlsafe_base64_encode(force_bytes(user.pk)),
        "token": token,
    }
    with translation.override(user.language):
        letter = EmailMultiAlternatives(
            subject=render_to_string(f"{path}.subject.txt", words).strip(),
            body=render_to_string(f"{path}.txt", words),
            to=[user.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
        letter.attach_alternative(render_to_string(f"{path}.html", words), "text/html")
    return letter
