"""Keeping the words of a ticket findable, in the transaction that writes them."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from django.db import connection, transaction
from django.db.models import Max, QuerySet

from helpdesk.models import Message, Ticket
from helpdesk.search_text import fold
from marketplaces.models import Order

#: Of one ticket so much is read again; later words of longer ones are added as they are written.
MAX_CHARACTERS = 200_000
BATCH = 100

_APPEND = """
INSERT INTO helpdesk_searchdocument (ticket_id, vector)
VALUES (%s, setweight(to_tsvector('simple', %s), %s))
ON CONFLICT (ticket_id) DO UPDATE SET vector = CASE
    WHEN length(helpdesk_searchdocument.vector) < 20000
    THEN helpdesk_searchdocument.vector || EXCLUDED.vector
    ELSE helpdesk_searchdocument.vector
END
"""
_REPLACE = """
INSERT INTO helpdesk_searchdocument (ticket_id, vector)
VALUES (%s, setweight(to_tsvector('simple', %s), 'A')
         || setweight(to_tsvector('simple', %s), 'B')
         || setweight(to_tsvector('simple', %s), 'C'))
ON CONFLICT (ticket_id) DO UPDATE SET vector = EXCLUDED.vector
"""


def add_words(ticket: Ticket, *texts: str, weight: str = "C") -> None:
    """Make the texts findable under the ticket; ``weight`` from A (subject) to D."""
    words = fold(" ".join(text for text in texts if text))
    if words:
        with connection.cursor() as cursor:
            cursor.execute(_APPEND, [ticket.pk, words, weight])


def index_opening(ticket: Ticket, text: str) -> None:
    """Make a new ticket findable by number, subject, requester, order and first message."""
    add_words(ticket, *_head(ticket, _identities(ticket)), weight="A")
    if ticket.order_id:
        add_words(ticket, *_goods(ticket.order), weight="B")
    add_words(ticket, text)


def index_again(tickets: QuerySet) -> None:
    """Write the words of the tickets anew: what no longer belongs to one does not find it.

    Needs a transaction. Takes the tickets' locks, so that nothing said meanwhile is lost.
    """
    locked = list(
        tickets.order_by("pk")
        .select_for_update(of=("self",), no_key=True)
        .select_related("requester")
        .prefetch_related("tags", "requester__identities", "order__lines", "order__shipments")
    )
    said = _said([ticket.pk for ticket in locked])
    with connection.cursor() as cursor:
        for ticket in locked:
            head = _head(ticket, ticket.requester.identities.all())
            goods = _goods(ticket.order) if ticket.order_id else []
            tags = [tag.name for tag in ticket.tags.all()]
            texts = (head, [*goods, *tags], said[ticket.pk])
            cursor.execute(_REPLACE, [ticket.pk, *(_folded(text) for text in texts)])


def index_orders(orders: Iterable[Order]) -> None:
    """Make tickets findable by what their orders hold now. Needs a transaction."""
    index_again(Ticket.objects.filter(order__in=list(orders)))


def index_customers(*customer_ids: int) -> None:
    """Make the customers' tickets findable by the names and the identities they have now.

    Needs a transaction.
    """
    index_again(Ticket.objects.filter(requester__in=customer_ids))


def rebuild(*, after: int = 0, progress: Callable[[int, int], None] = lambda done, last: None):
    """Write the words of all tickets anew, from the number ``after`` on.

    A batch is a transaction of its own: others wait for a hundred tickets at most, and whoever
    breaks off has lost nothing. ``progress`` gets the number reached and the last one.
    """
    last = Ticket.objects.aggregate(last=Max("pk"))["last"] or 0
    while after < last:
        numbers = Ticket.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)
        batch = list(numbers[:BATCH])
        if not batch:
            return
        with transaction.atomic():
            index_again(Ticket.objects.filter(pk__in=batch))
        after = batch[-1]
        progress(after, last)


def _head(ticket: Ticket, identities) -> list[str]:
    order = f"{ticket.order.reference} {ticket.order.number}" if ticket.order_id else ""
    values = [identity.value for identity in identities]
    return [str(ticket.pk), ticket.subject, ticket.requester.name, *values, order]


def _identities(ticket: Ticket):
    return ticket.requester.identities.order_by("pk")


def _goods(order: Order) -> list[str]:
    """What is in an order, and where it is."""
    lines = [word for line in order.lines.all() for word in (line.sku, line.asin, line.title)]
    return lines + [shipment.tracking_number for shipment in order.shipments.all()]


def _said(ticket_ids: list[int]) -> dict[int, list[str]]:
    said = defaultdict(list)
    messages = Message.objects.filter(ticket__in=ticket_ids).order_by("pk")
    for ticket_id, text in messages.values_list("ticket_id", "text").iterator():
        said[ticket_id].append(text)
    return said


def _folded(texts: Iterable[str]) -> str:
    return " ".join(fold(text) for text in texts if text)[:MAX_CHARACTERS]
