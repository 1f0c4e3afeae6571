"""One order with everything the marketplace told of it."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from helpdesk.models import Ticket
from marketplaces.models import Order

TICKETS_SHOWN = 20


@login_required
@require_safe
def order(request, pk):
    found = get_object_or_404(
        Order.objects.with_everything().select_related("buyer__identity__customer"), pk=pk
    )
    tickets = Ticket.objects.visible_to(request.user).filter(order=found)
    identity = getattr(found.buyer, "identity", None)
    context = {
        "order": found,
        "customer": identity and identity.customer,
        "tickets": tickets.select_related("assignee").order_by("-pk")[:TICKETS_SHOWN],
    }
    return render(request, "helpdesk/order.html", context)
