"""What people decide about suggestions: taken, or one that should not have been made."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from escalations.models import Escalation, RouteSuggestion, SuggestionState
from escalations.services.standing_routes import StandingRoute
from helpdesk.models import Ticket, TimelineEntry, TimelineKind

MAX_REASON = RouteSuggestion._meta.get_field("reason").max_length
DECIDED = (SuggestionState.TAKEN, SuggestionState.DISMISSED)


class SuggestionIsOver(RuleViolation):
    code = "suggestion_is_over"


class ReasonNotPossible(RuleViolation):
    code = "reason_not_possible"


@transaction.atomic
def dismiss(suggestion_id: int, *, reason: str = "", by, at: datetime) -> RouteSuggestion:
    """Say that this should not have been suggested; the criteria are improved by it.

    The route is not suggested for this ticket again unless it is reopened or the criteria change.

    :raises SuggestionIsOver: if it was taken, withdrawn or dismissed meanwhile.
    :raises ReasonNotPossible: for more than 250 characters.
    """
    require(by, Act.ESCALATE)
    reason = " ".join(reason.split())
    if len(reason) > MAX_REASON:
        message = _("A reason has at most %(most)d characters.") % {"most": MAX_REASON}
        raise ReasonNotPossible(message, field="reason")
    _lock_ticket_of(suggestion_id)
    suggestion = RouteSuggestion.objects.select_related("route", "version").get(pk=suggestion_id)
    if suggestion.state != SuggestionState.OPEN:
        words = {"state": suggestion.get_state_display().lower()}
        raise SuggestionIsOver(_("The suggestion is over: %(state)s.") % words)
    suggestion.state, suggestion.reason = SuggestionState.DISMISSED, reason
    suggestion.decided_at, suggestion.decided_by = at, by
    suggestion.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    return suggestion


def take(escalation: Escalation, *, by, at: datetime) -> None:
    """Note that a case went up by a route that was suggested. Needs the ticket's lock."""
    suggested = RouteSuggestion.objects.filter(
        ticket=escalation.ticket_id,
        route=escalation.version.route_id,
        state=SuggestionState.OPEN,
    )
    suggested.update(state=SuggestionState.TAKEN, decided_at=at, decided_by=by)


def decided_routes(ticket_id: int, routes: Iterable[StandingRoute]) -> set[int]:
    """Return of the routes those decided on for the ticket already: by the same criteria, and
    since it was last reopened."""
    written = {route.route_id: route.written for route in routes}
    if not written:
        return set()
    decided = RouteSuggestion.objects.filter(
        ticket=ticket_id, state__in=DECIDED, route__in=written
    ).annotate(written=Cast("version__criteria", TextField()))
    rows = list(decided.values_list("route_id", "decided_at", "written"))
    if not rows:
        return set()
    reopenings = TimelineEntry.objects.filter(ticket=ticket_id, kind=TimelineKind.REOPENED)
    since = reopenings.order_by("-pk").values_list("at", flat=True).first()
    return {
        route
        for route, decided_at, asked in rows
        if asked == written[route] and (since is None or decided_at >= since)
    }


def _lock_ticket_of(suggestion_id: int) -> None:
    ticket_id = RouteSuggestion.objects.values_list("ticket_id", flat=True).get(pk=suggestion_id)
    Ticket.objects.locked(ticket_id)
