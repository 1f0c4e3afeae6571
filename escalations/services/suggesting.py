"""Cases held against the criteria of the routes: suggested, withdrawn, or escalated at once.

Never in an agent's request: a nudge after every event that matters, and a sweep for what a lost
nudge forgot. The row of ``EvaluatedTicket`` says up to where a ticket was looked at.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from escalations.case_facts import CaseFacts
from escalations.criteria import because, next_change
from escalations.criteria_words import answer_words
from escalations.models import (
    Escalation,
    EvaluatedTicket,
    RouteMode,
    RouteSuggestion,
    RouteVersion,
    SuggestionState,
)
from escalations.questions import questions_from
from escalations.refusals import InvalidInput
from escalations.services.case_facts import facts_of_case, fields_asked
from escalations.services.choices import known_rows
from escalations.services.deciding import decided_routes
from escalations.services.escalating import escalate
from escalations.services.filling import answers_of, can_be_answered
from escalations.services.standing_routes import StandingRoute, newest_version, standing_routes
from helpdesk.models import Customer, Ticket, TimelineEntry, TimelineKind
from helpdesk.models.ticket import UNSOLVED

logger = logging.getLogger(__name__)

#: So many tickets are looked at by one sweep.
AT_A_TIME = 200
#: What of an open case can change without an event of its own is looked at so often.
AT_LEAST_EVERY = timedelta(days=1)
_CHANGE_UNSEEN = frozenset({"orders", "customer_value", "systemic", "customer_tags"})
_OF_THE_CUSTOMER = frozenset({"contacts", "tickets"})
_CONTACTS = (TimelineKind.OPENED, TimelineKind.CUSTOMER_WROTE)
#: Entries of a timeline that may turn a condition round; after others the sweep looks.
MOVING = frozenset(
    {
        *_CONTACTS,
        TimelineKind.REPLIED,
        TimelineKind.STATUS_CHANGED,
        TimelineKind.SOLVED,
        TimelineKind.REOPENED,
        TimelineKind.CLOSED,
        TimelineKind.TEAM_CHANGED,
        TimelineKind.PRIORITY_CHANGED,
        TimelineKind.SEVERITY_CHANGED,
        TimelineKind.CATEGORY_CHANGED,
        TimelineKind.IMPACT_CHANGED,
        TimelineKind.TAGGED,
        TimelineKind.UNTAGGED,
        TimelineKind.MERGED,
        TimelineKind.UNMERGED,
        TimelineKind.SLA_WARNED,
        TimelineKind.SLA_BREACHED,
        TimelineKind.ESCALATED,
        TimelineKind.ESCALATION_WITHDRAWN,
        TimelineKind.ESCALATION_COMPLETED,
        TimelineKind.PROBLEM_LINKED,
        TimelineKind.PROBLEM_UNLINKED,
    }
)
_COLUMNS = ("last_event", "requester_id", "team_id", "status", "merged_into_id")


@dataclass(frozen=True)
class Verdict:
    """What of a case's suggestions is to be made, withdrawn, or done at once, in order."""

    to_make: tuple[StandingRoute, ...]
    at_once: tuple[StandingRoute, ...]
    to_withdraw: tuple[int, ...]

    @property
    def is_nothing(self) -> bool:
        return not (self.to_make or self.at_once or self.to_withdraw)


def evaluate(ticket_id: int, *, at: datetime) -> bool:
    """Hold a case against the routes in force as it is at the moment.

    Takes the ticket's lock only if something is to be written about it. Returns whether the case
    stands as it was looked at; if it moved meanwhile it is still owed.
    """
    newest, routes = newest_version(), standing_routes()
    ticket = Ticket.objects.values(*_COLUMNS).get(pk=ticket_id)
    asked = fields_asked(route.criteria for route in routes)
    facts = facts_of_case(ticket_id, asked=asked, at=at)
    verdict = _verdict(ticket_id, _possible(ticket_id, ticket, routes), facts)
    if not verdict.is_nothing and not _carry_out(ticket_id, ticket, verdict, facts, at=at):
        return False
    if asked & _OF_THE_CUSTOMER:
        _look_at_the_customers_others(ticket_id, ticket, at=at)
    _mark(ticket_id, ticket, newest, _next_look(routes, asked, facts))
    return True


def look_again_at_tickets_of(customer: Customer, *, at: datetime) -> None:
    """Have the customer's cases looked at again by the next sweep."""
    EvaluatedTicket.objects.filter(ticket__requester=customer).update(look_again_at=at)


def evaluate_owed(*, at: datetime, limit: int = AT_A_TIME) -> int:
    """Look at tickets that are ahead of their row, or whose time has come; returns how many.

    One that fails is logged and stays owed; it holds up no other.
    """
    owed = list(tickets_owed(at=at).values_list("pk", flat=True)[:limit])
    for ticket_id in owed:
        try:
            evaluate(ticket_id, at=at)
        except Exception:
            logger.exception("Ticket %s could not be held against the routes", ticket_id)
    return len(owed)


def tickets_owed(*, at: datetime):
    """Return the tickets that the routes have not been held against as things stand."""
    is_suggested = RouteSuggestion.objects.filter(state=SuggestionState.OPEN).values("ticket_id")
    concerned = Ticket.objects.filter(Q(status__in=UNSOLVED) | Q(pk__in=is_suggested))
    return concerned.filter(
        Q(evaluated=None)
        | Q(evaluated__event__lt=F("last_event"))
        | Q(evaluated__routes__lt=newest_version())
        | Q(evaluated__look_again_at__lte=at)
    ).order_by("evaluated__look_again_at", "pk")


def _possible(ticket_id: int, ticket: dict, routes: Iterable[StandingRoute]):
    """Return the routes the case can take: none once it is solved, or on its way up."""
    is_over = ticket["status"] not in UNSOLVED or ticket["merged_into_id"]
    if is_over or Escalation.objects.running().filter(ticket=ticket_id).exists():
        return ()
    return tuple(route for route in routes if route.team_id != ticket["team_id"])


def _verdict(ticket_id: int, routes: Iterable[StandingRoute], facts: CaseFacts) -> Verdict:
    met = {route.route_id: route for route in routes if route.criteria.is_met(facts)}
    rows = RouteSuggestion.objects.filter(ticket=ticket_id, state=SuggestionState.OPEN)
    is_open = dict(rows.values_list("route_id", "pk"))
    decided = decided_routes(ticket_id, met.values())
    left = [route for key, route in met.items() if key not in decided]
    return Verdict(
        tuple(route for route in left if route.route_id not in is_open),
        tuple(route for route in left if route.mode == RouteMode.AT_ONCE),
        tuple(pk for key, pk in is_open.items() if key not in met),
    )


@transaction.atomic
def _carry_out(
    ticket_id: int, seen: dict, verdict: Verdict, facts: CaseFacts, *, at: datetime
) -> bool:
    ticket = Ticket.objects.locked(ticket_id)
    if ticket.last_event != seen["last_event"]:
        return False
    gone = RouteSuggestion.objects.filter(pk__in=verdict.to_withdraw, state=SuggestionState.OPEN)
    gone.update(state=SuggestionState.WITHDRAWN, decided_at=at)
    RouteSuggestion.objects.bulk_create(
        [
            RouteSuggestion(
                ticket_id=ticket_id,
                route_id=route.route_id,
                version_id=route.version_id,
                because=because(route.criteria, facts),
                made_at=at,
            )
            for route in verdict.to_make
        ],
        ignore_conflicts=True,
    )
    _escalate_at_once(ticket, verdict.at_once, facts, at=at)
    return True


def _escalate_at_once(ticket: Ticket, routes: Iterable[StandingRoute], facts, *, at) -> None:
    """Take the first route whose questions the ticket answers; the others stay suggested."""
    for route in routes:
        questions = questions_from(RouteVersion.objects.get(pk=route.version_id).questions)
        answers = answers_of(ticket, questions)
        if can_be_answered(answers, questions) and _escalated(ticket, route, answers, facts, at=at):
            return


def _escalated(ticket: Ticket, route: StandingRoute, answers: dict, facts, *, at) -> bool:
    known = known_rows()
    said = "; ".join(answer_words(each, known) for each in because(route.criteria, facts))
    reason = _("By the criteria of “%(route)s”: %(said)s") % {"route": route.name, "said": said}
    try:
        with transaction.atomic():
            escalate(
                ticket.pk,
                route_id=route.route_id,
                reason=reason[:4000],
                facts=answers,
                by=None,
                at=at,
            )
    except (RuleViolation, InvalidInput):
        # The route was changed or taken out of force meanwhile: people see the suggestion.
        logger.warning("Ticket %s could not go by route %s at once", ticket.pk, route.route_id)
        return False
    return True


def _look_at_the_customers_others(ticket_id: int, ticket: dict, *, at: datetime) -> None:
    """A message on one case is a contact of the customer on all of theirs."""
    before = EvaluatedTicket.objects.filter(pk=ticket_id).values_list("event", flat=True).first()
    since = TimelineEntry.objects.filter(
        ticket=ticket_id, pk__gt=before or 0, pk__lte=ticket["last_event"], kind__in=_CONTACTS
    )
    if since.exists():
        others = EvaluatedTicket.objects.filter(ticket__requester=ticket["requester_id"])
        others.exclude(pk=ticket_id).update(look_again_at=at)


def _next_look(
    routes: Iterable[StandingRoute], asked: frozenset[str], facts: CaseFacts
) -> datetime | None:
    moments = [next_change(route.criteria, facts) for route in routes]
    moments += [facts.at + AT_LEAST_EVERY] * bool(asked & _CHANGE_UNSEEN)
    return min((moment for moment in moments if moment), default=None)


def _mark(ticket_id: int, ticket: dict, newest: int, again: datetime | None) -> None:
    if ticket["status"] not in UNSOLVED:
        again = None
    row = EvaluatedTicket(
        ticket_id=ticket_id, event=ticket["last_event"], routes=newest, look_again_at=again
    )
    EvaluatedTicket.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["ticket"],
        update_fields=["event", "routes", "look_again_at"],
    )
