"""Which promises were kept: counted in SQL over the clocks that started in a period.

Kept is what was fulfilled in time; missed is what was late, whether answered since or not. What
still runs in time is neither, and what ended without an answer being owed is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Aggregate, Count, DurationField, F, Q, QuerySet
from django.db.models.functions import Coalesce

from escalations.intervals import wilson
from escalations.models import STILL_OPEN, ClockState, Metric, SLAClock
from helpdesk.models import Channel

DIMENSIONS = ("policy", "team", "agent", "channel")
OUTCOMES = ("kept", "missed", "open", "left_out")
MOST_ROWS = 500
_GROUPS = {
    "policy": (F("policy_version__policy"), F("policy_version__policy__name")),
    "team": (F("ticket__team"), F("ticket__team__name")),
    "agent": (
        Coalesce("stopped_by", "ticket__assignee"),
        Coalesce("stopped_by__full_name", "ticket__assignee__full_name"),
    ),
    "channel": (F("ticket__channel"), F("ticket__channel")),
}


class Percentile(Aggregate):
    """The value below which a share of the rows lies; rows without a value do not count."""

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True)
class Row:
    """How one promise was kept, by one policy, team, person or channel; or by all, without a key.

    ``median_late`` and ``p90_late`` are of what was answered late, in the clock's own time.
    """

    metric: str
    key: int | str | None
    name: str
    is_total: bool
    kept: int
    missed: int
    open: int
    left_out: int
    out_of_hours: int
    median_late: timedelta | None
    p90_late: timedelta | None

    @property
    def decided(self) -> int:
        return self.kept + self.missed

    @property
    def all(self) -> int:
        return self.decided + self.open + self.left_out

    @property
    def share(self) -> float | None:
        return self.kept / self.decided if self.decided else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.kept, self.decided)

    @property
    def out_of_hours_share(self) -> float | None:
        return self.out_of_hours / self.all if self.all else None

    @property
    def label(self) -> str:
        return str(Metric(self.metric).label)


def conditions(at: datetime) -> dict[str, Q]:
    """Return what became of clocks, as conditions of which each clock meets exactly one."""
    overdue = Q(state=ClockState.RUNNING, due_at__lt=at)
    missed = Q(breached_at__isnull=False) | overdue
    return {
        "kept": Q(state=ClockState.FULFILLED) & ~missed,
        "missed": missed,
        "open": Q(state__in=STILL_OPEN) & ~missed,
        "left_out": Q(state__in=(ClockState.EXEMPT, ClockState.ENDED)) & ~missed,
    }


def clocks_started(user, *, since: datetime, until: datetime) -> QuerySet[SLAClock]:
    return SLAClock.objects.visible_to(user).filter(started_at__gte=since, started_at__lt=until)


def attainment(user, *, since: datetime, until: datetime, by: str, at: datetime) -> tuple[Row, ...]:
    """Return each promise in total and by ``by``, in order of names: it is no ranking."""
    clocks = clocks_started(user, since=since, until=until).order_by()
    totals = _counted(clocks.values("metric"), at=at)
    key, name = _GROUPS[by]
    parts = _counted(clocks.annotate(key=key, called=name).values("metric", "key", "called"), at=at)
    rows = [_row(found, is_total=True) for found in totals]
    rows += [_row(found, is_total=False, by=by) for found in parts[:MOST_ROWS]]
    order = list(Metric.values)
    rows.sort(key=lambda row: (order.index(row.metric), not row.is_total, row.name.casefold()))
    return tuple(rows)


def clocks_behind(
    clocks: QuerySet[SLAClock], *, asked: Mapping[str, str], by: str, at: datetime
) -> QuerySet[SLAClock]:
    """Narrow to the clocks that a number of the report has counted."""
    if asked.get("metric"):
        clocks = clocks.filter(metric=asked["metric"])
    if asked.get("outcome"):
        clocks = clocks.filter(conditions(at)[asked["outcome"]])
    if "key" in asked:
        clocks = clocks.annotate(key=_GROUPS[by][0])
        clocks = clocks.filter(key=asked["key"]) if asked["key"] else clocks.filter(key=None)
    return clocks


def _counted(groups: QuerySet, *, at: datetime) -> QuerySet:
    return groups.annotate(
        **{name: Count("pk", filter=which) for name, which in conditions(at).items()},
        out_of_hours=Count("pk", filter=Q(started_out_of_hours=True)),
        median_late=Percentile("late_by", share=0.5),
        p90_late=Percentile("late_by", share=0.9),
    )


def _row(found: dict, *, is_total: bool, by: str = "") -> Row:
    name = found.pop("called", "") or ""
    if by == "channel":
        name = str(dict(Channel.choices).get(name, name))
    return Row(key=found.pop("key", None), name=name, is_total=is_total, **found)
