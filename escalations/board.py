"""The board: what falls due next, whose it is, and how much everybody carries.

A ticket counts once, by the clock of it that falls due first. The number of statements does not
depend on how much is open, and neither does the length of what is shown.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from accounts.models import Team
from escalations.business_hours import opening_periods
from escalations.countdowns import Countdown
from escalations.models import ClockState, Metric, SLAClock, SLAPolicy
from escalations.stored_calendars import calendar_of
from helpdesk.due_words import OVERDUE, PAUSED
from helpdesk.models import Ticket

HOUR = timedelta(hours=1)
IN_A_LANE = 5
IN_A_WHOLE_LANE = 100
MOST_DOTS = 1000
MOST_ROWS = 60
LANES = ("late", "hour", "today", "paused")


@dataclass(frozen=True)
class Lane:
    name: str
    count: int
    shown: tuple[Countdown, ...] = ()

    @property
    def more(self) -> int:
        return self.count - len(self.shown)


@dataclass(frozen=True)
class Carrier:
    """What a person or a team carries; ``weight`` counts what is pressing more than once."""

    key: int | None
    name: str
    open: int
    soon: int
    late: int
    share: int = field(default=0)

    @property
    def weight(self) -> int:
        return self.open + 2 * self.soon + 3 * self.late


@dataclass(frozen=True)
class Board:
    now: datetime
    closing: datetime
    is_closing: bool
    lanes: tuple[Lane, ...]
    later: int
    dots: tuple[tuple[datetime, bool], ...]
    people: tuple[Carrier, ...]
    teams: tuple[Carrier, ...]

    def lane(self, name: str) -> Lane:
        return next(lane for lane in self.lanes if lane.name == name)


def clocks_in_sight(user, *, mine: bool) -> QuerySet[SLAClock]:
    """Return of every ticket in sight the open clock that falls due first; ``mine``: my teams'.

    What another department owes is not among them: it is no deadline of the ticket's.
    """
    tickets = Ticket.objects.visible_to(user)
    if mine:
        tickets = tickets.filter(team__in=Team.objects.of(user).values("pk"))
    still_open = SLAClock.objects.still_open().exclude(metric=Metric.INQUIRY)
    still_open = still_open.filter(ticket__in=tickets.values("pk"))
    first = still_open.order_by("ticket", F("due_at").asc(nulls_last=True), "pk")
    return SLAClock.objects.filter(pk__in=first.distinct("ticket").values("pk"))


def late_count(user, *, at: datetime, most: int) -> int:
    """Count tickets with a missed deadline, up to ``most``."""
    late = SLAClock.objects.running().exclude(metric=Metric.INQUIRY).filter(due_at__lt=at)
    late = late.filter(ticket__in=Ticket.objects.visible_to(user).values("pk"))
    return late.values("ticket").distinct()[:most].count()


def board_of(user, *, mine: bool, at: datetime, whole: str = "") -> Board:
    """Return the board; ``whole`` is the lane of which as much as a page holds is shown."""
    closing, is_closing = _closing(at)
    clocks = clocks_in_sight(user, mine=mine)
    which = {
        "late": Q(state=ClockState.RUNNING, due_at__lt=at),
        "hour": Q(state=ClockState.RUNNING, due_at__gte=at, due_at__lt=at + HOUR),
        "today": Q(state=ClockState.RUNNING, due_at__gte=at + HOUR, due_at__lte=closing),
        "paused": Q(state=ClockState.PAUSED),
    }
    later = Q(state=ClockState.RUNNING, due_at__gt=max(closing, at + HOUR))
    counts = clocks.aggregate(
        later=Count("pk", filter=later),
        **{name: Count("pk", filter=condition) for name, condition in which.items()},
    )
    names = [whole] if whole else LANES
    most = IN_A_WHOLE_LANE if whole else IN_A_LANE
    lanes = tuple(
        Lane(name, counts[name], _shown(clocks.filter(which[name]), most, at)) for name in names
    )
    falling_due = clocks.running().filter(due_at__lte=closing).order_by("-due_at")
    dots = falling_due.values_list("due_at", "metric")[:MOST_DOTS]
    return Board(
        at,
        closing,
        is_closing,
        lanes,
        counts["later"],
        tuple((due_at, metric == "channel_reply") for due_at, metric in dots),
        _carriers(clocks, "ticket__assignee", "full_name", at),
        _carriers(clocks, "ticket__team", "name", at),
    )


def queue_of(lane: str, *, closing: datetime, teams: Iterable[int] = ()) -> str:
    """Return the part of an address with which the queue lists exactly the tickets of a lane."""
    narrowed = {
        "late": {"due": OVERDUE},
        "hour": {"due": "<1h"},
        "today": {"due": ">1h", "due_until": closing.astimezone(UTC).isoformat()},
        "paused": {"due": PAUSED},
    }
    asked = {"view": "all", "sort": "urgency"} | narrowed[lane] | {"team": list(teams)}
    return urlencode(asked, doseq=True)


def _shown(clocks: QuerySet, most: int, at: datetime) -> tuple[Countdown, ...]:
    related = clocks.select_related("ticket__requester", "ticket__assignee")
    rows = related.order_by(F("due_at").asc(nulls_last=True), "remaining", "pk")[:most]
    return tuple(Countdown(clock, at) for clock in rows)


def _carriers(clocks: QuerySet, whose: str, name: str, at: datetime) -> tuple[Carrier, ...]:
    """Count by person or team, by name: a plan for the day is no ranking."""
    running = Q(state=ClockState.RUNNING)
    rows = (
        clocks.order_by()
        .values_list(whose, f"{whose}__{name}")
        .annotate(
            open=Count("pk"),
            soon=Count("pk", filter=running & Q(due_at__gte=at, due_at__lt=at + HOUR)),
            late=Count("pk", filter=running & Q(due_at__lt=at)),
        )
        .order_by(F(f"{whose}__{name}").asc(nulls_first=True), whose)[:MOST_ROWS]
    )
    carriers = [Carrier(key, called or "", *numbers) for key, called, *numbers in rows]
    return tuple(_with_shares(carriers))


def _with_shares(carriers: Iterable[Carrier]) -> Iterable[Carrier]:
    most = max((each.weight for each in carriers if each.key is not None), default=0)
    for each in carriers:
        share = round(100 * min(each.weight, most) / most) if most else 0
        yield Carrier(each.key, each.name, each.open, each.soon, each.late, share)


def _closing(at: datetime) -> tuple[datetime, bool]:
    """Return when the first policy's calendar closes today for good, or else the day's end."""
    in_force = SLAPolicy.objects.in_force().filter(current__calendar__current__isnull=False)
    policy = in_force.select_related("current__calendar__current").first()
    if policy is None:
        return _midnight_after(timezone.localtime(at)), False
    calendar = calendar_of(policy.current.calendar.current)
    end = _midnight_after(at.astimezone(ZoneInfo(calendar.zone)))
    closings = [until for _since, until in opening_periods(calendar, at, end)]
    return (closings[-1], True) if closings else (end, False)


def _midnight_after(local: datetime) -> datetime:
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def hours_of(board: Board) -> list[tuple[datetime, int, int]]:
    """Return by the hour how many channel and internal clocks fall due until closing time."""
    found = Counter(
        (timezone.localtime(due_at).replace(minute=0, second=0, microsecond=0), is_channel)
        for due_at, is_channel in board.dots
        if due_at >= board.now
    )
    hours = sorted({hour for hour, _ in found})
    return [(hour, found[hour, True], found[hour, False]) for hour in hours]
