"""What the workspace shows of inquiries: a panel beside the case, a word above the composer."""

from django import template

from accounts.rules import Act, may
from escalations.beside_ticket import beside
from escalations.inquiry_reads import inquiries_of, with_clocks
from escalations.models import Inquiry, InquiryState
from escalations.services.promising import sentence_about
from helpdesk.models import Status, Ticket

register = template.Library()


@register.inclusion_tag("escalations/_inquiries.html", takes_context=True)
def inquiries_panel(context, ticket: Ticket):
    """Draw the inquiries of a ticket; of those the reader may not read only that they exist."""
    user = context["request"].user
    return {
        "ticket": ticket,
        "inquiries": with_clocks(_read(context, ticket)),
        "may_ask": may(user, Act.ASK_DEPARTMENT) and ticket.status != Status.CLOSED,
    }


@register.inclusion_tag("escalations/_promising.html", takes_context=True)
def what_may_not_be_promised(context, ticket: Ticket):
    """Say above the composer who has to answer before anything is promised."""
    blocking = [
        one for one in _read(context, ticket)
        if one.is_blocking and one.state == InquiryState.OPEN
    ]  # fmt: skip
    readable = {one.pk for one in blocking if one.is_readable}
    return {"words": sentence_about(blocking, readable=readable) if blocking else ""}


def _read(context, ticket: Ticket) -> list[Inquiry]:
    """Read them once however often they are drawn."""
    if not hasattr(ticket, "inquiries_on_page"):
        user = context["request"].user
        is_any = beside(ticket).inquiries
        ticket.inquiries_on_page = inquiries_of(ticket, user=user) if is_any else []
    return ticket.inquiries_on_page
