"""What changed since: the polling that is right whatever became of the hints."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from helpdesk.live.audience import lost_by, topics_of
from helpdesk.live.names import Hint
from helpdesk.models import Ticket, TimelineEntry, TimelineKind

#: Seconds after which no act is under way any more that had taken the number of its entry.
SETTLED = 60
#: A page may ask from the time it was drawn for so long; the newest entries are read backwards.
OLDEST_PAGE, CLOCKS_DIFFER = timedelta(hours=1), timedelta(seconds=2)
#: Whoever missed more than this many entries loads everything anew.
MOST = 2_000


class InvalidSince(ValueError):
    """The text is not a place in the timeline that this module has given out."""


@dataclass(frozen=True)
class Since:
    """A place in the timeline of all tickets.

    Entries are numbered before they are committed, so a lower number may appear after a higher
    one. Therefore reading begins at ``low`` and tells some things twice; ``high`` was the newest
    at ``at`` (seconds since 1970) and becomes ``low`` once nothing below it can still appear.
    """

    low: int
    high: int
    at: int

    @classmethod
    def read(cls, text: str) -> "Since":
        """:raises InvalidSince: for a text that ``str`` has not written."""
        parts = text.split("-")
        if len(parts) != 3 or not all(p.isascii() and p.isdecimal() for p in parts):
            raise InvalidSince(text)
        if any(len(part) > 18 for part in parts):
            raise InvalidSince(text)
        return cls(*map(int, parts))

    def __str__(self):
        return f"{self.low}-{self.high}-{self.at}"

    def moved_on(self, newest: int, *, at: datetime) -> "Since":
        now = int(at.timestamp())
        if self.low == newest or now - self.at < SETTLED:
            return self
        return Since(self.high, newest, now)


@dataclass(frozen=True)
class Changes:
    """``since`` is where to go on; with ``is_everything`` more was missed than can be told."""

    hints: list[Hint]
    since: Since
    is_everything: bool = False


def now_in_the_timeline(*, at: datetime) -> Since:
    """Return the place from which a page that is drawn now has to be told of changes."""
    newest = _newest()
    return Since(newest, newest, int(at.timestamp()))


def at_the_time(drawn: datetime, *, at: datetime) -> Since:
    """Return the place at which a page was drawn, a little before rather than after.

    :raises InvalidSince: for a time of long ago or of the future.
    """
    if not at - OLDEST_PAGE <= drawn <= at + CLOCKS_DIFFER:
        raise InvalidSince(str(drawn))
    before = TimelineEntry.objects.filter(at__lt=drawn - CLOCKS_DIFFER).order_by("-pk")
    low = before.values_list("pk", flat=True).first() or 0
    return Since(low, _newest(), int(at.timestamp()))


def changes_for(user, since: Since, *, at: datetime) -> Changes:
    """Tell what changed for somebody, in at most four queries whatever the number of tickets."""
    entries = list(
        TimelineEntry.objects.filter(pk__gt=since.low)
        .readable_by(user)
        .order_by("pk")
        .values_list("pk", "ticket_id", "kind", "actor_id", "facts")[: MOST + 1]
    )
    if len(entries) > MOST:
        return Changes([], now_in_the_timeline(at=at), is_everything=True)
    newest = max(entries[-1][0] if entries else 0, since.high)
    hints = _hints(user, entries) if entries else []
    return Changes(hints, since.moved_on(newest, at=at))


def _hints(user, entries) -> list[Hint]:
    visible = Ticket.objects.visible_to(user).filter(pk__in={ticket for _, ticket, *_ in entries})
    hints = []
    for ticket, version, assignee in visible.order_by("pk").values_list(
        "pk", "last_event", "assignee_id"
    ):
        hints.append(Hint("ticket", ticket, version))
        if assignee == user.pk and (given := _given(ticket, user, entries)):
            hints.append(Hint("assigned", ticket, given))
    lost = {topic for *_, facts in entries for topic in lost_by(facts)}
    if lost and not lost.isdisjoint(topics_of(user)):
        hints.append(Hint("lists"))
    return hints


def _given(ticket: int, user, entries) -> int:
    """Return the newest entry by which somebody else gave the ticket away, or 0."""
    numbers = [
        pk
        for pk, about, kind, actor, _ in entries
        if about == ticket and kind == TimelineKind.ASSIGNED and actor != user.pk
    ]
    return max(numbers, default=0)


def _newest() -> int:
    newest = TimelineEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0
