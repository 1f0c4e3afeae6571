"""What a search shows: a few of each kind while somebody types, and where the words stand."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import Case, F, Q, When

from helpdesk.finding import narrow
from helpdesk.models import Customer, Ticket
from helpdesk.search_query import Excerpt, Search, excerpt, find_words
from marketplaces.models import Order, Shipment

#: Of the newest so many hits the best are shown. Ranking all hits of a common word would read
#: the words of half the tickets.
RANKED = 60
#: Words are looked for in the newest messages of a ticket, and in the beginning of each.
_TEXTS = """
SELECT wanted.id, message.text
FROM unnest(%s) AS wanted(id)
CROSS JOIN LATERAL (
    SELECT left(text, 4000) AS text FROM helpdesk_message
    WHERE ticket_id = wanted.id ORDER BY written_at DESC, id DESC LIMIT 12
) AS message
"""


@dataclass(frozen=True)
class Found:
    """The best few of each kind; ``excerpts`` by ticket number, where a message holds a word."""

    tickets: list[Ticket] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    excerpts: dict[int, Excerpt] = field(default_factory=dict)


def look_up(search: Search, *, user, at: datetime, limit: int = 8) -> Found:
    """Find tickets, customers and orders the person may see, in at most five queries.

    Operators speak of tickets, so with one of them only tickets are looked for.
    """
    if search.is_empty or search.problems:
        return Found()
    tickets = best_tickets(search, user=user, at=at, limit=limit)
    excerpts = excerpts_of([ticket.pk for ticket in tickets], search.words)
    if search.conditions or not search.words:
        return Found(tickets, excerpts=excerpts)
    text = " ".join(search.words)
    customers = Customer.objects.visible_to(user).matching(text).prefetch_related("identities")
    return Found(
        tickets, list(customers.by_name()[:limit]), orders_like(search.words, limit), excerpts
    )


def best_tickets(search: Search, *, user, at: datetime, limit: int) -> list[Ticket]:
    """The ticket of that number first, then the best of the newest hits."""
    visible = Ticket.objects.visible_to(user)
    found = narrow(visible, search, at=at, user=user)
    newest = found.order_by("-pk").values("pk")[:RANKED]
    tickets = Ticket.objects.filter(pk__in=newest).for_list()
    if not search.tsquery:
        return list(tickets.order_by("-pk")[:limit])
    number = next((int(word) for word in search.words if _is_number(word)), 0)
    rank = SearchRank(F("search__vector"), SearchQuery(search.tsquery, config="simple",
                                                      search_type="raw"))  # fmt: skip
    exact = Case(When(pk=number, then=0), default=1)
    return list(tickets.order_by(exact, rank.desc(), "-pk")[:limit])


def orders_like(words: tuple[str, ...], limit: int) -> list[Order]:
    """Orders whose number or tracking number begins so."""
    if len(words) != 1:
        return []
    (word,) = words
    spellings = {word, word.upper(), f"#{word}"}
    like, sent = Q(), Q()
    for spelling in spellings:
        like |= Q(reference__startswith=spelling) | Q(number__startswith=spelling)
        sent |= Q(tracking_number__startswith=spelling)
    shipped = Shipment.objects.filter(sent).values("order_id")
    orders = Order.objects.filter(like | Q(pk__in=shipped)).select_related("store", "buyer")
    return list(orders.order_by("-pk")[:limit])


def excerpts_of(ticket_ids: Iterable[int], words: tuple[str, ...]) -> dict[int, Excerpt]:
    """Return for each ticket the message piece that holds the most of the words, in one query."""
    ticket_ids = list(ticket_ids)
    if not ticket_ids or not words:
        return {}
    texts = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS, [ticket_ids])
        for ticket_id, text in cursor.fetchall():
            texts[ticket_id].append(text)
    pieces = {ticket_id: _best(said, words) for ticket_id, said in texts.items()}
    return {ticket_id: piece for ticket_id, piece in pieces.items() if piece.marks}


def _best(texts: list[str], words: tuple[str, ...]) -> Excerpt:
    return excerpt(max(texts, key=lambda text: _hits(text, words)), words)


def _hits(text: str, words: tuple[str, ...]) -> int:
    return sum(bool(find_words(text, (word,))) for word in words)


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) < 19
