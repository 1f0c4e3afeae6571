"""The queue of escalated cases: by where they stand, and in each place the next deadline first.

The number of statements does not depend on how many cases run, and neither does the length of
what is shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber

from accounts.models import Skill, SkillLevel, Team, TeamMembership, Tier
from accounts.rules import Act, may
from escalations.countdowns import Countdown, by_urgency
from escalations.models import (
    STILL_OPEN,
    Escalation,
    EscalationRoute,
    EscalationState,
    Inquiry,
    InquiryState,
    Metric,
    SLAClock,
)
from helpdesk.models import TicketFollower
from helpdesk.models.lookups import IsAnyOf

PLACES = ("waiting", "mine", "colleagues", "sent_back", "for_decision")
TIER_CLOCKS = (Metric.TIER_ACCEPTANCE, Metric.TIER_RESOLUTION)
_ASKED = {
    "skill": "version__skill", "tier": "to_tier", "team": "team", "route": "version__route",
}  # fmt: skip
IN_A_PLACE, IN_A_WHOLE_PLACE, ON_A_LIST = 20, 200, 50
MOST_COUNTED = 100
_SHOWN = (
    "ticket__requester", "version__route", "version__skill", "team", "to_tier", "first_agent",
    "specialist",
)  # fmt: skip
_CLOCK = ("pk", "ticket", "metric", "state", "target_seconds", "started_at", "due_at", "remaining",
          "breached_at", "stopped_at", "stop_reason", "late_by")  # fmt: skip


@dataclass(frozen=True)
class CaseRow:
    """One case with what a row shows of it. ``clock`` is the tier's that counts now, if any."""

    escalation: Escalation
    clock: Countdown | None = None
    asked: int = 0
    answered: int = 0
    late: int = 0

    @property
    def facts_asked(self) -> int:
        return len(self.escalation.version.questions)

    @property
    def facts_given(self) -> int:
        keys = {question["key"] for question in self.escalation.version.questions}
        return len(keys & set(self.escalation.facts))


@dataclass(frozen=True)
class Place:
    """Where cases stand. ``count`` is of all of them, ``rows`` are the first."""

    name: str
    count: int = 0
    rows: tuple[CaseRow, ...] = ()

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; ``place`` leaves only one of them, as long as a page holds."""

    skill: int | None = None
    tier: int | None = None
    team: int | None = None
    route: int | None = None
    place: str = ""

    def narrow(self, cases: QuerySet) -> QuerySet:
        asked = {path: getattr(self, name) for name, path in _ASKED.items()}
        return cases.filter(**{path: key for path, key in asked.items() if key is not None})


def cases_of_concern(user) -> QuerySet[Escalation]:
    """Return the running cases of a person's teams on either side, and their own; managers' all."""
    running = Escalation.objects.running()
    if may(user, Act.SEE_ALL_TICKETS):
        return running
    teams = TeamMembership.objects.filter(user=user).values("team_id")
    sides = Q(team__in=teams) | Q(from_team__in=teams)
    return running.filter(sides | Q(first_agent=user) | Q(specialist=user))


def places_of(user, wanted: Wanted, *, at: datetime) -> list[Place]:
    """Return the queue, place by place; four statements."""
    cases = wanted.narrow(cases_of_concern(user)).annotate(place=_place(user))
    if wanted.place:
        cases = cases.filter(place=wanted.place)
    limit = IN_A_WHOLE_PLACE if wanted.place else IN_A_PLACE
    numbered = cases.annotate(
        number=Window(RowNumber(), partition_by="place", order_by=_next_deadline()),
        count=Window(Count("pk"), partition_by="place"),
    ).filter(number__lte=limit)
    found = list(numbered.order_by("place", "number").values_list("pk", "place", "count"))
    rows = {row.escalation.pk: row for row in rows_of([pk for pk, *_ in found], user=user, at=at)}
    counts = {place: count for _pk, place, count in found}
    return [
        Place(name, counts.get(name, 0), tuple(rows[pk] for pk, at_, _c in found if at_ == name))
        for name in ([wanted.place] if wanted.place else PLACES)
    ]


def rows_of(pks: Iterable[int], *, user, at: datetime) -> list[CaseRow]:
    """Load what rows show of these cases, in three statements."""
    cases = {one.pk: one for one in Escalation.objects.filter(pk__in=pks).select_related(*_SHOWN)}
    tickets = [one.ticket_id for one in cases.values()]
    clocks, asked = tier_clocks(tickets), _inquiries(tickets, user, at)
    return [
        CaseRow(
            cases[pk],
            _shown_clock(cases[pk], clocks.get(cases[pk].ticket_id, ()), at),
            **asked.get(cases[pk].ticket_id, {}),
        )
        for pk in pks
    ]


def tier_clocks(tickets: Iterable[int]) -> dict[int, list[SLAClock]]:
    """Return the open clocks of the tier by ticket, the most urgent first."""
    found: dict[int, list[SLAClock]] = {}
    clocks = SLAClock.objects.still_open().filter(ticket__in=tickets, metric__in=TIER_CLOCKS)
    for clock in by_urgency(clocks.only(*_CLOCK)):
        found.setdefault(clock.ticket_id, []).append(clock)
    return found


def waiting_for(user) -> QuerySet:
    """Return what waits for this person: to be accepted by their teams, with them, sent back.

    As many as anybody counts.
    """
    teams = TeamMembership.objects.filter(user=user).values("team_id")
    waiting = Q(team__in=teams, state=EscalationState.WAITING)
    mine = Q(specialist=user, state=EscalationState.ACCEPTED)
    back = Q(first_agent=user, state=EscalationState.SENT_BACK)
    cases = Escalation.objects.running().filter(waiting | mine | back)
    return cases.values("pk")[:MOST_COUNTED]


def able_to_take(user) -> QuerySet[Escalation]:
    """Return the cases that wait for a team of this person and that they can solve."""
    skills = SkillLevel.objects.filter(user=user).values("skill")
    teams = TeamMembership.objects.filter(user=user).values("team_id")
    able = Q(version__skill=None) | Q(version__skill__in=skills)
    return Escalation.objects.waiting().filter(able, team__in=teams)


def filter_choices() -> dict[str, list[tuple[int, str]]]:
    """Return what the queue can be narrowed to, by filter; one statement."""
    parts = [
        _named("skill", Skill.objects.all()),
        _named("tier", Tier.objects.filter(is_customer_facing=False)),
        _named("team", Team.objects.filter(tier__is_customer_facing=False)),
        _named("route", EscalationRoute.objects.all()),
    ]
    found: dict[str, list[tuple[int, str]]] = {}
    for kind, key, name in parts[0].union(*parts[1:], all=True).order_by("kind", "name"):
        found.setdefault(kind, []).append((key, name))
    return found


def _named(kind: str, rows: QuerySet) -> QuerySet:
    labelled = rows.order_by().annotate(kind=Value(kind, CharField()))
    return labelled.values_list("kind", "pk", "name")


def escalated_by(user) -> QuerySet[Escalation]:
    """Return the cases this person handed up, running and ended, the newest first."""
    cases = Escalation.objects.filter(first_agent=user).select_related(*_SHOWN, "from_team")
    return cases.order_by("-escalated_at", "-pk")


def escalated_in_sight(tickets: QuerySet, user) -> QuerySet:
    """Narrow tickets to those on their way up that this person handed up or follows."""
    followed = TicketFollower.objects.filter(user=user).values("ticket_id")
    mine = Escalation.objects.running().filter(Q(first_agent=user) | Q(ticket__in=followed))
    return tickets.filter(IsAnyOf(F("pk"), mine.values("ticket_id")))


def _place(user):
    mine = Q(state=EscalationState.ACCEPTED, specialist=user)
    return Case(
        When(state=EscalationState.WAITING, then=Value("waiting")),
        When(mine, then=Value("mine")),
        When(state=EscalationState.ACCEPTED, then=Value("colleagues")),
        When(state=EscalationState.SENT_BACK, then=Value("sent_back")),
        default=Value("for_decision"),
        output_field=CharField(),
    )


def _next_deadline():
    clocks = SLAClock.objects.filter(
        ticket=OuterRef("ticket"), metric__in=TIER_CLOCKS, state__in=STILL_OPEN
    )
    due = clocks.order_by(F("due_at").asc(nulls_last=True)).values("due_at")[:1]
    return [Subquery(due).asc(nulls_last=True), F("priority").desc(), F("pk").asc()]


def _shown_clock(case: Escalation, clocks, at: datetime) -> Countdown | None:
    """Of a case that waits its acceptance counts, of all others the solution."""
    wanted = TIER_CLOCKS[0] if case.state == EscalationState.WAITING else TIER_CLOCKS[1]
    clock = next((one for one in clocks if one.metric == wanted), None) or next(iter(clocks), None)
    return clock and Countdown(clock, at)


def _inquiries(tickets: Iterable[int], user, at: datetime) -> dict[int, dict]:
    """Count what departments were asked, as far as it is for the reader's eyes."""
    asked = Inquiry.objects.readable_by(user).filter(ticket__in=tickets)
    asked = asked.exclude(state=InquiryState.WITHDRAWN).order_by()
    is_open = Q(state=InquiryState.OPEN)
    counts = asked.values("ticket_id").annotate(
        asked=Count("pk", distinct=True),
        answered=Count("pk", filter=~is_open, distinct=True),
    )
    return {row.pop("ticket_id"): row for row in counts}
