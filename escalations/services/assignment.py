"""Who takes a case: suggested, taken by itself when nobody did in time, or pulled."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.models import SkillLevel, Team, User
from accounts.permissions import require
from accounts.rules import ROLES_THAT_MAY, Act
from escalations.choosing import Candidate, Ranked, rank
from escalations.contract import ContractAct, step_for
from escalations.models import (
    ClockState,
    Escalation,
    EscalationState,
    Metric,
    SLAClock,
)
from escalations.presence import presence
from escalations.services.accepting import give
from escalations.services.contract import Contract, running_on
from helpdesk.models import Ticket
from helpdesk.services.notifications import reader_of, with_times

AT_A_TIME = 50
#: How many of a ranking are kept with an automatic acceptance.
KEPT = 5


class NothingToPull(RuleViolation):
    code = "nothing_to_pull"


class Suggested(NamedTuple):
    person: User
    ranked: Ranked


def candidates_for(
    escalation: Escalation, *, at: datetime, teams: Iterable[Team] | None = None
) -> list[Suggested]:
    """Rank who could take a case, the best first, each with the reasons. Four queries.

    ``teams`` looks further than the team of the case.
    """
    teams = [escalation.team] if teams is None else teams
    people = {one.pk: one for one in _specialists(teams, escalation)}
    skill = escalation.version.skill
    ranking = rank(
        (_candidate(one, at=at) for one in people.values()),
        skill=skill.name if skill else "",
        at=at,
    )
    return [Suggested(people[each.candidate.user_id], each) for each in ranking]


def accept_overdue(*, at: datetime) -> int:
    """Give the cases nobody accepted in time to whom the ranking says; returns how many.

    In time is the deadline of accepting, and ``accept_after`` seconds more. Where nobody has
    promised when a case is accepted, or all are on leave, it waits.
    """
    overdue = _overdue(at).values_list("ticket_id", flat=True)[:AT_A_TIME]
    return sum(_accept_overdue_on(ticket_id, at=at) for ticket_id in list(overdue))


@transaction.atomic
def pull_next(*, by: User, at: datetime) -> Escalation:
    """Accept the most urgent case that waits for a team of this person and that they can solve.

    Can solve: the route asks for no skill, or for one they have. Of several who pull at once
    each gets another case.

    :raises NothingToPull: if there is none.
    """
    require(by, Act.ACCEPT_ESCALATION)
    skills = SkillLevel.objects.filter(user=by).values("skill")
    able = Q(version__skill=None) | Q(version__skill__in=skills)
    waiting = Escalation.objects.waiting().filter(able, team__in=Team.objects.of(by).values("pk"))
    tickets = Ticket.objects.filter(pk__in=waiting.values("ticket")).by_urgency()
    passed: list[int] = []
    while True:
        free = tickets.exclude(pk__in=passed)
        ticket = free.select_for_update(skip_locked=True, of=("self",), no_key=True).first()
        if ticket is None:
            raise NothingToPull(_("No case waits that you could take."))
        contract = running_on(ticket)
        # Somebody may have taken it between our look and our lock.
        if contract and waiting.filter(pk=contract.escalation.pk).exists():
            step = step_for(contract.case, ContractAct.ACCEPT)
            return give(contract, step, specialist=by, by=by, at=at, pulled=True)
        passed.append(ticket.pk)


def _specialists(teams: Iterable[Team], escalation: Escalation) -> QuerySet[User]:
    people = User.objects.active().filter(
        memberships__team__in=teams, role__in=ROLES_THAT_MAY[Act.ACCEPT_ESCALATION]
    )
    level = SkillLevel.objects.filter(user=OuterRef("pk"), skill=escalation.version.skill_id)
    accepted = Q(escalations_taken__state=EscalationState.ACCEPTED)
    return with_times(people).annotate(
        level=Subquery(level.values("level")),
        load=Count("escalations_taken", filter=accepted, distinct=True),
        last_case_at=Max("escalations_taken__accepted_at"),
    )


def _candidate(person: User, *, at: datetime) -> Candidate:
    there = presence(reader_of(person), at=at)
    return Candidate(person.pk, there, person.level or 0, person.load, person.last_case_at)


def _overdue(at: datetime) -> QuerySet[Escalation]:
    clock = SLAClock.objects.filter(
        ticket=OuterRef("ticket"), metric=Metric.TIER_ACCEPTANCE, state=ClockState.RUNNING
    )
    waiting = Escalation.objects.waiting().filter(version__accept_after__isnull=False)
    waiting = waiting.annotate(due_at=Subquery(clock.values("due_at")[:1]))
    grace = timedelta(seconds=1) * F("version__accept_after")
    return waiting.filter(due_at__lt=at - grace).order_by("due_at", "pk")


@transaction.atomic
def _accept_overdue_on(ticket_id: int, *, at: datetime) -> bool:
    ticket = Ticket.objects.locked(ticket_id)
    contract = running_on(ticket)
    if contract is None or not _overdue(at).filter(pk=contract.escalation.pk).exists():
        return False
    ranking = candidates_for(contract.escalation, at=at)
    best = next((each for each in ranking if each.ranked.is_available), None)
    if best is None:
        return False
    _give_by_itself(contract, best, ranking, at=at)
    return True


def _give_by_itself(
    contract: Contract, best: Suggested, ranking: Sequence[Suggested], *, at: datetime
) -> None:
    step = step_for(contract.case, ContractAct.ACCEPT)
    reason = "; ".join(best.ranked.reasons)
    kept = list(_as_records(ranking[:KEPT]))
    give(contract, step, specialist=best.person, by=None, at=at, reason=reason, ranking=kept)


def _as_records(ranking: Iterable[Suggested]) -> Iterable[dict]:
    for each in ranking:
        yield {
            "user": each.person.pk,
            "name": str(each.person),
            "is_available": each.ranked.is_available,
            "reasons": list(each.ranked.reasons),
        }
