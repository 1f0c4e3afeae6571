"""One escalated case: the contract, and the whole story on one page."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from escalations.case_story import (
    because_of,
    earlier_cases,
    facts_told,
    stations_of,
    steps_of,
    tier_clock_told,
)
from escalations.models import Escalation, EscalationState
from escalations.services.contract import acts_possible
from escalations.similar_cases import similar_cases
from escalations.views.case_acts import load_case
from helpdesk.models import Ticket
from helpdesk.selectors import (
    conversation_of,
    followers_of,
    orders_of,
    other_tickets_of,
    ticket_for_page,
)
from helpdesk.views.log import log_of

#: Of the conversation so many messages lie open, the newest; a click opens an older one.
OPENED = 2


@login_required
@require_safe
def case(request, pk):
    found, now = load_case(request, pk), timezone.now()
    steps = steps_of(found)
    clock = tier_clock_told(found, user=request.user, at=now)
    context = {
        "case": found,
        "ticket": found.ticket,
        "can": {str(act) for act in acts_possible(found, request.user)},
        "is_first_agent": found.first_agent_id == request.user.pk,
        "because": because_of(found),
        "facts": facts_told(found),
        "steps": steps,
        "stations": stations_of(found, steps, clock and clock.shown),
        "told": clock,
        "returned": _last_return(found, steps),
    }
    seen = Ticket.objects.visible_to(request.user)
    if seen.filter(pk=found.ticket_id).exists():
        context |= _story(request, found, ticket_for_page(seen, found.ticket_id))
    return render(request, "escalations/case.html", context)


def _last_return(case: Escalation, steps):
    """The step that sent it back, while it is not up again."""
    if case.state not in (EscalationState.SENT_BACK, EscalationState.FOR_DECISION):
        return None
    return next((step for step in reversed(steps) if step.act == "sent_back"), None)


def _story(request, case: Escalation, ticket: Ticket) -> dict:
    """What only somebody who sees the ticket reads: what was said, bought and done before."""
    user, customer = request.user, ticket.requester
    orders, log = orders_of(customer, limit=5), log_of(conversation_of(ticket, user=user))
    if ticket.order_id and ticket.order_id not in {order.pk for order in orders}:
        orders = [ticket.order, *orders]
    return {
        "ticket": ticket,
        "sees_ticket": True,
        "customer": customer,
        "identities": customer.identities.all(),
        "log": log,
        "opened": [item.message.pk for item in log.items if item.message][-OPENED:],
        "orders": orders,
        "others": other_tickets_of(customer, user=user, besides=ticket),
        "followers": followers_of(ticket),
        "similar": similar_cases(ticket, user=user),
        "earlier": earlier_cases(case, user=user),
    }
