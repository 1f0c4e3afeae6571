"""One mail for many notifications, in the reader's language and time zone."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts.models import User
from helpdesk.mail.classification import LOOP_HEADER
from helpdesk.models import Notification
from helpdesk.notification_words import fold

_TEMPLATE = "helpdesk/emails/notifications"


def letter_to(user: User, lines: Sequence[Notification]) -> EmailMultiAlternatives:
    """Return the mail about the lines. What was written stays in the house: it only says where.

    It is marked as automatic, so that nobody's out-of-office opens a ticket.
    """
    with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
        folds = fold(lines)
        words = {"user": user, "folds": folds, "first": folds[0], "site_url": settings.SITE_URL}
        words["tickets"] = sum(fold.crowd or 1 for fold in folds)
        letter = EmailMultiAlternatives(
            subject=" ".join(render_to_string(f"{_TEMPLATE}.subject.txt", words).split()),
            body=render_to_string(f"{_TEMPLATE}.txt", words),
            to=[user.email],
            headers={
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
                LOOP_HEADER: settings.MAIL_DOMAIN,
            },
        )
        letter.attach_alternative(render_to_string(f"{_TEMPLATE}.html", words), "text/html")
    return letter
