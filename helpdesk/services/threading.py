"""Which ticket a mail belongs to."""

import re
from datetime import datetime, timedelta

from django.conf import settings

from helpdesk.mail.message import ParsedMail
from helpdesk.mail.reply_tokens import ticket_from_address, ticket_from_subject
from helpdesk.models import CustomerIdentity, Message, Status, Ticket
from helpdesk.services.merging import living_ticket
from marketplaces.models import Order

#: A marketplace relay gives no thread. Within this time a buyer who writes again means the same.
RELAY_THREAD_LASTS = timedelta(days=30)
#: Short numbers ("#1001") are numbers of orders only behind their sign.
_REFERENCE = re.compile(r"#[A-Za-z0-9][A-Za-z0-9-]{2,40}|[A-Za-z0-9][A-Za-z0-9-]{4,40}")
MAX_REFERENCES = 30


def ticket_of(
    mail: ParsedMail, *, identity: CustomerIdentity | None, is_relayed: bool, at: datetime
) -> Ticket | None:
    """Return the living ticket the mail continues, or None for a new concern.

    Asked in the order of how sure each is: signed reply address, signed subject token,
    References to a mail we know, and for a marketplace relay the buyer's last ticket.
    """
    ticket = _signed(mail) or _referenced(mail)
    if ticket is None and is_relayed and identity is not None:
        ticket = _last_of_relay(mail, identity, at)
    return living_ticket(ticket) if ticket else None


def order_named_in(text: str, identity: CustomerIdentity | None) -> Order | None:
    """Return the order whose number stands in the text; the writer's own before any other's."""
    candidates = [c for c in _REFERENCE.findall(text[:2000]) if any(d.isdigit() for d in c)]
    names = {name for c in candidates[:MAX_REFERENCES] for name in (c, c.lstrip("#"))}
    if not names:
        return None
    orders = list(Order.objects.called(names).select_related("buyer__identity")[:10])
    own = [order for order in orders if _is_of(order, identity)]
    if own:
        return own[0]
    return orders[0] if len(orders) == 1 else None


def _is_of(order: Order, identity: CustomerIdentity | None) -> bool:
    owner = getattr(order.buyer, "identity", None)
    return identity is not None and owner is not None and owner.customer_id == identity.customer_id


def _signed(mail: ParsedMail) -> Ticket | None:
    base, secret = settings.SUPPORT_ADDRESS, settings.SECRET_KEY
    for recipient in mail.recipients:
        number = ticket_from_address(recipient.email, base=base, secret=secret)
        if number:
            return _ticket(number)
    number = ticket_from_subject(mail.subject, secret=secret)
    return _ticket(number) if number else None


def _referenced(mail: ParsedMail) -> Ticket | None:
    names = [name for name in (mail.in_reply_to, *reversed(mail.references)) if name]
    if not names:
        return None
    known = {
        message.internet_message_id: message.ticket
        for message in Message.objects.filter(internet_message_id__in=names).select_related(
            "ticket__merge_root"
        )
    }
    return next((known[name] for name in names if name in known), None)


def _last_of_relay(mail: ParsedMail, identity: CustomerIdentity, at: datetime) -> Ticket | None:
    tickets = Ticket.objects.filter(identity=identity, updated_at__gte=at - RELAY_THREAD_LASTS)
    order = order_named_in(mail.subject, identity)
    if order is not None:
        tickets = tickets.filter(order=order)
    open_ones = tickets.exclude(status=Status.CLOSED, merge_root=None)
    return open_ones.select_related("merge_root").order_by("-opened_at", "-pk").first()


def _ticket(number: int) -> Ticket | None:
    return Ticket.objects.select_related("merge_root").filter(pk=number).first()
