"""Everything about one case, for the page of it: the contract, what went before, who could help."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Team
from escalations.case_list import TIER_CLOCKS
from escalations.clock_strips import strip_of
from escalations.countdowns import Countdown, length_words
from escalations.criteria_words import answer_words
from escalations.explanations import explanation_of
from escalations.line_words import moment_words_in, what_words, when_words
from escalations.models import (
    Escalation,
    EscalationAct,
    EscalationState,
    EscalationStep,
    RouteSuggestion,
    SLAClock,
    SuggestionState,
)
from escalations.questions import QuestionKind, money_of, questions_from
from escalations.selectors import clocks_shown
from escalations.services.assignment import Suggested, candidates_for
from escalations.services.choices import known_rows
from escalations.services.returning import decision_words
from escalations.wording import duration_words
from helpdesk.models import Message, MessageKind, Ticket
from helpdesk.templatetags.ui import moment_words, money


@dataclass(frozen=True)
class Suggestion:
    """An open suggestion, in words: the conditions that are met, each with what it met."""

    pk: int
    because: tuple[str, ...]


@dataclass(frozen=True)
class Fact:
    """A question of the route with what was answered; ``is_missing`` if it had to be."""

    label: str
    answer: str
    is_missing: bool = False


@dataclass(frozen=True)
class Station:
    """A stop of the contract's line: ``state`` is done, current, failed or to come (empty)."""

    words: str
    state: str = ""
    at: datetime | None = None
    who: str = ""
    note: str = ""


def suggestions_for(ticket: Ticket) -> dict[int, Suggestion]:
    """Return the routes whose criteria the ticket meets, by route. Two statements at most."""
    rows = list(RouteSuggestion.objects.filter(ticket=ticket, state=SuggestionState.OPEN))
    known = known_rows() if rows else None
    return {
        row.route_id: Suggestion(row.pk, tuple(answer_words(one, known) for one in row.because))
        for row in rows
    }


def because_of(case: Escalation) -> tuple[str, ...]:
    """Return the conditions that led to a case, in words; none if somebody chose the route."""
    found = RouteSuggestion.objects.filter(
        ticket=case.ticket_id, route=case.version.route_id, state=SuggestionState.TAKEN
    )
    row = found.order_by("-decided_at").first()
    if row is None or not row.because:
        return ()
    known = known_rows()
    return tuple(answer_words(one, known) for one in row.because)


def facts_told(case: Escalation) -> list[Fact]:
    """Return the questions of the route and the answers of the case, in the route's order."""
    told = []
    for question in questions_from(case.version.questions):
        answer = case.facts.get(question.key)
        words = "" if answer is None else _said(question.kind, answer)
        told.append(Fact(question.label, words, not words and question.is_required))
    return told


def _said(kind: str, answer) -> str:
    if kind == QuestionKind.MONEY:
        return money(money_of(answer))
    if kind == QuestionKind.YES_NO:
        return _("yes") if answer else _("no")
    if kind == QuestionKind.DATE:
        return date_format(date.fromisoformat(answer), "DATE_FORMAT")
    return str(answer)


def candidates_to_take_over(case: Escalation, *, at: datetime) -> list[Suggested]:
    """Rank who could have a case instead: of its team, or of a tier as high."""
    teams = Team.objects.filter(tier__level__gte=case.to_tier.level)
    ranking = candidates_for(case, at=at, teams=list(teams))
    return [one for one in ranking if one.person.pk != case.specialist_id]


def steps_of(case: Escalation) -> list[EscalationStep]:
    """Return what was done to a case, in order, each with ``words`` and ``said``."""
    steps = list(case.steps.select_related("by", "to").order_by("pk"))
    for step in steps:
        step.words = _words_of(step)
        step.said = step.reason or ""
    return steps


def _words_of(step: EscalationStep) -> str:
    if step.act == EscalationAct.DECIDED:
        return f"{step.get_act_display()}: {decision_words(step.facts['decision'])}"
    if step.act == EscalationAct.HANDED_OVER and step.to_id:
        return _("handed over to %(name)s") % {"name": step.to}
    if step.act == EscalationAct.ACCEPTED and step.to_id != step.by_id:
        return _given_words(step)
    return step.get_act_display()


def _given_words(step: EscalationStep) -> str:
    if step.by_id:
        return _("given to %(name)s") % {"name": step.to}
    if step.facts.get("by_hand"):
        return _("given to %(name)s by a level of the clock") % {"name": step.to}
    return _("given to %(name)s: nobody accepted in time") % {"name": step.to}


def stations_of(
    case: Escalation, steps: Iterable[EscalationStep], clock: Countdown | None
) -> list[Station]:
    """Draw the contract as a line from handing up to telling the first agent."""
    last = {step.act: step for step in steps}
    first = last.get(EscalationAct.ESCALATED)
    stations = [
        Station(_("Escalated"), "done", case.escalated_at, _name(first and first.by)),
        *_middle(case, last, clock),
    ]
    return [*stations, *_end(case, last, clock)]


def _middle(case: Escalation, last: dict, clock: Countdown | None) -> list[Station]:
    state = case.state
    if state == EscalationState.WAITING:
        return [Station(_("Accepted"), "current", note=_due(clock) or _("waits"))]
    if state == EscalationState.SENT_BACK:
        step = last[EscalationAct.SENT_BACK]
        return [Station(_("Sent back"), "failed", step.at, _name(step.by))]
    if state == EscalationState.FOR_DECISION:
        step = last[EscalationAct.SENT_BACK]
        return [
            Station(_("Sent back twice"), "failed", step.at, _name(step.by)),
            Station(_("A lead decides"), "current"),
        ]
    if case.accepted_at:
        accepted = Station(_("Accepted"), "done", case.accepted_at, _name(case.specialist))
        at_work = Station(_("In work"), "current", who=_name(case.specialist))
        return [accepted, at_work] if state == EscalationState.ACCEPTED else [accepted]
    return []


def _end(case: Escalation, last: dict, clock: Countdown | None) -> list[Station]:
    told = _("Told to %(name)s") % {"name": _name(case.first_agent) or _("the first team")}
    if case.state == EscalationState.WITHDRAWN:
        by = last.get(EscalationAct.WITHDRAWN) or last.get(EscalationAct.DECIDED)
        return [Station(_("Withdrawn"), "failed", case.ended_at, _name(by and by.by))]
    if case.state == EscalationState.COMPLETED:
        by = last.get(EscalationAct.COMPLETED)
        return [
            Station(_("Completed"), "done", case.ended_at, _name(by and by.by)),
            Station(told, "done", case.ended_at),
        ]
    note = _due(clock) if case.state == EscalationState.ACCEPTED else ""
    return [Station(_("Completed"), note=note), Station(told, note=_("at the end"))]


def _due(clock: Countdown | None) -> str:
    if clock is None or not clock.is_running:
        return ""
    return _("due %(when)s") % {"when": moment_words(clock.clock.due_at)}


def _name(person) -> str:
    return person.full_name.split(" ")[0] if person else ""


def last_words(ticket_id: int, *, user) -> str:
    """Return what the customer wrote last, to somebody who sees the ticket."""
    said = Message.objects.filter(
        ticket__in=Ticket.objects.visible_to(user).filter(pk=ticket_id),
        kind=MessageKind.CUSTOMER_MESSAGE,
    )
    return said.order_by("-written_at", "-pk").values_list("text", flat=True).first() or ""


def earlier_cases(case: Escalation, *, user) -> list[Escalation]:
    """Return other escalations of the ticket and of the customer's other tickets in sight."""
    customer = case.ticket.requester_id
    cases = Escalation.objects.visible_to(user).filter(
        Q(ticket=case.ticket_id) | Q(ticket__requester=customer)
    )
    cases = cases.exclude(pk=case.pk).select_related("ticket", "version__route", "team")
    return list(cases.order_by("-escalated_at", "-pk")[:5])


@dataclass(frozen=True)
class ClockTold:
    """The clock of the tier, line by line, as its own page tells it."""

    shown: Countdown
    strip: object
    lines: list[dict]
    target: str
    left: str
    due: str


def tier_clock_told(case: Escalation, *, user, at: datetime) -> ClockTold | None:
    """Explain the tier's clock that counts, or counted last."""
    clocks = SLAClock.objects.filter(
        ticket=case.ticket_id, reference=case.reference, metric__in=TIER_CLOCKS
    ).readable_by(user)
    found = list(clocks_shown(clocks).order_by("pk"))
    if not found:
        return None
    wanted = TIER_CLOCKS[0] if case.state == EscalationState.WAITING else TIER_CLOCKS[1]
    clock = next((one for one in reversed(found) if one.metric == wanted), found[-1])
    clock.ticket = case.ticket
    told, shown = explanation_of(clock), Countdown(clock, at)
    due_at, zone = told.reading.due_at, told.zone or case.escalated_at.tzinfo
    lines = [
        {
            "kind": line.kind,
            "when": when_words(line, zone),
            "what": what_words(line),
            "counted": duration_words(line.counted.total_seconds()) if line.counted else "0",
        }
        for line in told.lines
    ]
    return ClockTold(
        shown,
        strip_of(told.lines, now=at, due_at=due_at, is_running=shown.is_running),
        lines,
        duration_words(told.target.total_seconds()),
        length_words(told.left.total_seconds()) if told.left else "",
        moment_words_in(due_at, zone) if due_at else "",
    )
