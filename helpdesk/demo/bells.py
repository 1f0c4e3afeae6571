"""What the demo's people have heard of. The past was read when it happened; today waits."""

from datetime import datetime, timedelta

from django.db.models import F

from helpdesk.models import Notification

_STILL_UNREAD = timedelta(hours=20)
_READ_WITHIN = timedelta(minutes=40)


def settle_notifications(*, now: datetime) -> None:
    """Mark what is older than a day's work as read, and what was due by mail as sent.

    Past the services on purpose: for the past no mail may leave now.
    """
    old = Notification.objects.filter(created_at__lt=now - _STILL_UNREAD)
    old.update(read_at=F("created_at") + _READ_WITHIN)
    due = Notification.objects.waiting_for_mail().filter(mail_due_at__lte=now)
    due.update(mailed_at=F("mail_due_at"))
