"""Notifications by mail: the rows with ``mail_due_at`` are the queue. See decision 023.

The connection is opened first; then the rows are claimed, which is also the mark that they may
have left; then the mail is handed over. No transaction is open meanwhile, and nothing that may
have left is ever repeated: the bell still has it.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPServerDisconnected

from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Min, QuerySet

from accounts.models import User
from helpdesk.models import Notification
from helpdesk.notification_times import next_digest_at
from helpdesk.services.notification_letters import letter_to
from helpdesk.services.notifications import reader_of, with_times

logger = logging.getLogger(__name__)

#: More than so many within the window leave as one mail when the window ends.
FLOOD, FLOOD_WINDOW = 5, timedelta(minutes=15)
RETRY_AFTER = timedelta(minutes=5)
#: After this long nobody wants the mail any more.
GIVEN_UP_AFTER = timedelta(days=1)
SWEEP_SIZE = 200


def readers_due(*, at: datetime) -> list[int]:
    """Name the people whose mail is due."""
    due = Notification.objects.waiting_for_mail().filter(mail_due_at__lte=at, user__is_active=True)
    return list(due.order_by().values_list("user_id", flat=True).distinct()[:SWEEP_SIZE])


def mail_notifications(user_id: int, *, at: datetime) -> None:
    """Send somebody one mail about everything that is due, or write down when it is.

    Asking when nothing is due, or several at once, sends nothing twice.
    """
    user = with_times(User.objects.active()).filter(pk=user_id).first()
    if user is None or not _is_mail_time(user, at=at):
        return
    # In a flood what falls due within its window goes along.
    until = at + FLOOD_WINDOW if _is_flooded(user, at=at) else at
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException):
        logger.warning("No mail server for the notifications of %s", user_id, exc_info=True)
        _wait_longer(_due(user, until), at=at)
        return
    try:
        lines = _claim(user, until, at=at)
        if lines:
            _hand_over(connection, user, lines, at=at)
    finally:
        _hang_up(connection)


def _is_mail_time(user: User, *, at: datetime) -> bool:
    """Drop what may not be seen any more; put off what meets a leave or a flood."""
    due = _due(user, at)
    visible = Notification.objects.visible_to(user).values("pk")
    due.exclude(pk__in=visible).update(mail_due_at=None)
    reader = reader_of(user)
    if reader.is_away(at):
        due.update(mail_due_at=next_digest_at(reader, at=at))
        return False
    if not due.exists():
        return False
    began = _due(user, at + FLOOD_WINDOW).aggregate(began=Min("created_at"))["began"]
    if _is_flooded(user, at=at) and began > at - FLOOD_WINDOW:
        due.update(mail_due_at=began + FLOOD_WINDOW)
        return False
    return True


def _is_flooded(user: User, *, at: datetime) -> bool:
    lately = Notification.objects.filter(
        user=user, created_at__gt=at - FLOOD_WINDOW, mail_due_at__isnull=False
    )
    return lately.count() > FLOOD


def _due(user: User, at: datetime) -> QuerySet[Notification]:
    return Notification.objects.waiting_for_mail().filter(user=user, mail_due_at__lte=at)


@transaction.atomic
def _claim(user: User, until: datetime, *, at: datetime) -> list[Notification]:
    """Take the due lines; of several who ask at once each line goes to one."""
    due = _due(user, until).select_for_update(skip_locked=True, of=("self",), no_key=True)
    mine = list(due.values_list("pk", flat=True))
    Notification.objects.filter(pk__in=mine).update(mailed_at=at)
    lines = Notification.objects.filter(pk__in=mine).newest_first()
    return list(lines.select_related("ticket", "entry__actor", "entry__customer"))


def _hand_over(connection, user: User, lines: Sequence[Notification], *, at: datetime) -> None:
    try:
        connection.send_messages([letter_to(user, lines)])
    except (SMTPServerDisconnected, TimeoutError, ConnectionError):
        logger.warning("It is unknown whether %s got a notification mail", user.pk, exc_info=True)
    except (OSError, SMTPException):
        logger.warning("A notification mail for %s was refused", user.pk, exc_info=True)
        mine = Notification.objects.filter(pk__in=[line.pk for line in lines])
        _wait_longer(mine, at=at)


def _wait_longer(lines: QuerySet[Notification], *, at: datetime) -> None:
    """The server said no or was not there: nothing has left. Try later, but not for ever."""
    given_up = lines.filter(created_at__lt=at - GIVEN_UP_AFTER)
    given_up.update(mailed_at=None, mail_due_at=None)
    lines.exclude(mail_due_at=None).update(mailed_at=None, mail_due_at=at + RETRY_AFTER)


def _hang_up(connection) -> None:
    try:
        connection.close()
    except (OSError, SMTPException):
        logger.info("The mail server had hung up first", exc_info=True)
