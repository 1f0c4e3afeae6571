"""The lines behind the bell: telling, reading, and how somebody wants to hear of what.

Nobody is told of their own acts, of a ticket they may not see or of an entry they may not read;
what somebody may no longer see is not shown either. Told once per person, entry and kind: the
constraint decides.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Max, Prefetch, Q, QuerySet

from accounts.models import User
from accounts.services.hours import blocks_of
from helpdesk.deadline_words import DEADLINES
from helpdesk.models import (
    MailMode,
    Notification,
    NotificationChoice,
    NotificationKind,
    TimelineEntry,
)
from helpdesk.notification_times import USUAL_MAIL, Reader, mail_due_at
from helpdesk.notification_words import CROWD_FROM
from helpdesk.services.audience import who_may_read

#: A bell that says more says nothing.
COUNTED_UP_TO = 100


def tell(
    people: Iterable[int],
    kind: str,
    *,
    entry: TimelineEntry,
    by: User | None,
    at: datetime,
) -> None:
    """Tell people of one timeline entry. Needs the act's transaction."""
    wanted = set(people) - {by and by.pk, None}
    if not wanted:
        return
    readers = who_may_read(entry).filter(pk__in=wanted)
    chosen = NotificationChoice.objects.filter(kind=kind)
    readers = with_times(readers).prefetch_related(
        Prefetch("notification_choices", queryset=chosen, to_attr="chosen")
    )
    rows = [_row(user, kind, entry, at) for user in readers]
    Notification.objects.bulk_create((row for row in rows if row), ignore_conflicts=True)


def _row(user: User, kind: str, entry: TimelineEntry, at: datetime) -> Notification | None:
    choice = user.chosen[0] if user.chosen else usual_choice(kind)
    if not choice.by_bell and choice.by_mail == MailMode.NEVER:
        return None
    due = mail_due_at(choice.by_mail, reader=reader_of(user), at=at)
    return Notification(
        user=user, kind=kind, ticket_id=entry.ticket_id, entry=entry, created_at=at, mail_due_at=due
    )


def with_times(users: QuerySet[User]) -> QuerySet[User]:
    """Load what ``reader_of`` reads, in two queries for any number of people."""
    return users.prefetch_related("working_hours", "leaves")


def reader_of(user: User) -> Reader:
    return Reader(
        zone=ZoneInfo(user.time_zone),
        week=blocks_of(user),
        away=[(leave.starts_on, leave.ends_on) for leave in user.leaves.all()],
    )


def lines_for(user: User) -> QuerySet[Notification]:
    """What the person's bell holds: of tickets they may see now, of kinds they want there."""
    quiet = NotificationChoice.objects.filter(user=user, by_bell=False)
    lines = Notification.objects.visible_to(user).exclude(kind__in=quiet.values("kind"))
    return lines.select_related("ticket", "entry__actor", "entry__customer")


def crowds_in(lines: QuerySet[Notification]) -> dict[int, int]:
    """Find the deadlines that are too many to be read one by one, in one query.

    Returns, for each such kind, the newest unread line and for how many it stands.
    """
    unread = lines.unread().filter(kind__in=DEADLINES).order_by().values("kind")
    counted = unread.annotate(newest=Max("pk"), count=Count("pk")).filter(count__gte=CROWD_FROM)
    return {row["newest"]: row["count"] for row in counted}


def one_for_each_crowd(
    lines: QuerySet[Notification], crowds: Mapping[int, int]
) -> QuerySet[Notification]:
    """Leave out what the newest line of its crowd stands for."""
    kinds = Notification.objects.filter(pk__in=crowds).values("kind")
    return lines.exclude(~Q(pk__in=crowds), kind__in=kinds, read_at=None) if crowds else lines


def unread_of(user: User) -> tuple[int, int]:
    """Return how many unread lines there are, up to a bound, and the newest one's id."""
    newest = list(unread_lines(user))
    return len(newest), newest[0] if newest else 0


def unread_lines(user: User) -> QuerySet:
    """Return the ids of the unread lines that are counted, newest first."""
    unread = lines_for(user).unread().newest_first().select_related(None)
    return unread.values_list("pk", flat=True)[:COUNTED_UP_TO]


def mark_read(
    user: User, *, at: datetime, ids: Iterable[int] | None = None, up_to: int | None = None
) -> int:
    """Mark lines as read: those of ``ids``, or all up to and with ``up_to``.

    Returns how many became read. Others' lines are not touched.
    """
    lines = Notification.objects.filter(user=user).unread()
    lines = lines.filter(pk__lte=up_to) if ids is None else lines.filter(pk__in=list(ids))
    return lines.update(read_at=at)


def forget_what_was_told(message) -> None:
    """Take back the lines about a message that was itself taken back."""
    Notification.objects.filter(entry__message=message, mailed_at=None).delete()


def usual_choice(kind: str) -> NotificationChoice:
    return NotificationChoice(kind=kind, by_bell=True, by_mail=USUAL_MAIL[kind])


def choices_of(user: User) -> list[NotificationChoice]:
    """Return one choice per kind: the person's own, or the usual one (not saved)."""
    own = {choice.kind: choice for choice in NotificationChoice.objects.filter(user=user)}
    return [own.get(kind) or usual_choice(kind) for kind in NotificationKind.values]


@transaction.atomic
def choose_all(user: User, *, choices: Mapping[str, tuple[bool, str]]) -> None:
    """Set how somebody hears of several kinds: by bell or not, and how by mail."""
    for kind, (by_bell, by_mail) in sorted(choices.items()):
        choose(user, kind=kind, by_bell=by_bell, by_mail=by_mail)


@transaction.atomic
def choose(user: User, *, kind: str, by_bell: bool, by_mail: str) -> NotificationChoice:
    """Set how somebody hears of a kind from now on; what was told before stays as it was."""
    choice, _ = NotificationChoice.objects.update_or_create(
        user=user, kind=kind, defaults={"by_bell": by_bell, "by_mail": by_mail}
    )
    return choice
