"""Explain a deadline: what the timeline, the terms and the policies say of one clock, together.

The lines are made anew from the timeline; the row is not asked for more than its terms.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import tzinfo as Zone  # noqa: N812
from zoneinfo import ZoneInfo

from escalations.channel_promises import CHANNEL_PROMISES
from escalations.clock_story import Mark, MarkKind, Story
from escalations.clockwork import Reading, fold
from escalations.explaining import ClockLine, explain, missing
from escalations.known_rows import Known
from escalations.matching import Facts, Tried, in_words, misses
from escalations.models import STILL_OPEN, CalendarVersion, Metric, SLAClock, SLAPolicyVersion
from escalations.services.choices import FIELD_NAMES, known_rows
from escalations.services.clock_rows import stories_of
from escalations.services.policies import promise_of
from escalations.services.terms import terms_from
from escalations.wording import names_in


@dataclass(frozen=True)
class Asked:
    """A policy that was asked for the clock: it decided, or ``why_not`` says what was amiss."""

    policy: int
    version_id: int
    name: str
    number: int
    decided: bool
    why_not: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """Why the deadline of ``clock`` is where it is.

    ``lines`` lead from the start to the deadline without a gap. What they count and ``left``, what
    still has to be counted of a resting clock, sum to the target.
    """

    clock: SLAClock
    reading: Reading
    lines: tuple[ClockLine, ...]
    left: timedelta
    calendar: CalendarVersion | None
    asked: tuple[Asked, ...]
    facts: dict
    source: str

    @property
    def target(self) -> timedelta:
        return self.reading.terms.target

    @property
    def counted(self) -> timedelta:
        return sum((line.counted for line in self.lines), timedelta())

    @property
    def zone(self) -> Zone | None:
        """Where the times of the lines are local: the calendar's place, if there is one."""
        return ZoneInfo(self.calendar.zone) if self.calendar else None

    @property
    def until(self) -> datetime:
        return self.lines[-1].end if self.lines else self.reading.started_at

    @property
    def decided(self) -> Asked | None:
        return next((each for each in self.asked if each.decided), None)


def explanation_of(clock: SLAClock) -> Explanation:
    """Explain a clock; its ticket is loaded where it is not."""
    terms = clock.terms or [_terms_of(clock)]
    story = stories_of(clock.ticket).get((clock.metric, clock.started_by_id)) or _story_of(clock)
    reading = fold(story, terms_from(terms))
    is_of_the_channel = clock.metric == Metric.CHANNEL_REPLY
    promise = CHANNEL_PROMISES.get(story.channel) if is_of_the_channel else None
    return Explanation(
        clock,
        reading,
        explain(reading),
        missing(reading),
        clock.calendar_version,
        _asked(terms[-1], known_rows()),
        terms[-1].get("facts", {}),
        promise.source if promise else "",
    )


def _asked(terms: dict, known: Known) -> tuple[Asked, ...]:
    """Ask the policies again as they stood then, up to the one that decided."""
    if not terms.get("facts") or terms["policy_version"] is None:
        return ()
    facts, name = Facts.from_record(terms["facts"]), names_in(known, FIELD_NAMES)
    found = []
    for version in _versions(terms):
        decided = version.pk == terms["policy_version"]
        promise = promise_of(version, name=version.policy.name)
        amiss = () if decided else misses(promise, facts)
        # One that would match and did not decide came into force, or to its place, only later.
        if decided or amiss:
            found.append(_said(Tried(promise, amiss), decided, name))
        if decided:
            break
    return tuple(found)


def _versions(terms: dict) -> list[SLAPolicyVersion]:
    """Return what each policy said at that moment, in the order they are asked."""
    until = datetime.fromisoformat(terms["from"])
    then = SLAPolicyVersion.objects.filter(created_at__lte=until)
    versions = list(
        then.order_by("policy_id", "-number")
        .distinct("policy_id")
        .select_related("policy", "calendar__current")
    )
    decided = terms["policy_version"]
    if decided not in {version.pk for version in versions}:
        related = SLAPolicyVersion.objects.select_related("policy", "calendar__current")
        one = related.get(pk=decided)
        versions = [each for each in versions if each.policy_id != one.policy_id] + [one]
    in_force = [each for each in versions if each.policy.is_active or each.pk == decided]
    return sorted(in_force, key=lambda version: version.policy.position)


def _said(tried: Tried, decided: bool, name) -> Asked:
    promise = tried.promise
    why_not = tuple(in_words(miss, name=name) for miss in tried.misses)
    return Asked(
        promise.policy_id,
        promise.version_id,
        promise.policy_name,
        promise.number,
        decided,
        why_not,
    )


def _terms_of(clock: SLAClock) -> dict:
    """The terms of a clock that something else than the timeline starts, as its columns say."""
    return {
        "from": clock.started_at.isoformat(),
        "seconds": clock.target_seconds,
        "policy_version": clock.policy_version_id,
        "calendar_version": clock.calendar_version_id,
        "warnings": [],
        "levels": [],
    }


def _story_of(clock: SLAClock) -> Story:
    start = Mark(MarkKind.START, clock.started_at, clock.started_by_id)
    marks = [start]
    if clock.state not in STILL_OPEN:
        kinds = {"exempt": MarkKind.EXEMPT, "ended": MarkKind.END}
        kind = kinds.get(clock.state, MarkKind.FULFIL)
        marks.append(Mark(kind, clock.stopped_at, clock.started_by_id, clock.stopped_by_id))
    return Story(
        clock.metric,
        clock.started_by_id,
        clock.started_at,
        clock.started_at,
        clock.ticket.channel,
        tuple(marks),
    )
