"""Solved tickets that resemble one: by their words, and by the same article and category."""

from collections import Counter

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Case, Exists, F, FloatField, OuterRef, Q, QuerySet, Value, When

from escalations.models import Escalation, EscalationState
from helpdesk.models import Message, MessageKind, Status, Ticket
from helpdesk.search_text import lexemes
from marketplaces.models import OrderLine

SHOWN = 5
#: Of the newest so many that share words or the article the best are shown.
RANKED = 200
#: A case is told from others by so many of its longer words.
WORDS, SHORTEST = 10, 4
_OVER = (Status.SOLVED, Status.CLOSED)
#: How much the same article and the same category weigh against the words.
_SAME_SKU, _SAME_CATEGORY, _WAS_ESCALATED = 0.6, 0.2, 0.1


def similar_cases(ticket: Ticket, *, user) -> list[Ticket]:
    """Return the solved tickets most like this one that the reader may see; at most five.

    Each carries ``how``, the resolution of its escalation if it had one, ``is_same_article`` and
    ``is_same_category``. At most six statements.
    """
    words = _telling_words(ticket)
    skus = _skus(ticket)
    same_article = Q(order__lines__sku__in=skus) if skus else Q(pk=None)
    query = SearchQuery(" | ".join(words), config="simple", search_type="raw") if words else None
    like = same_article | (Q(search__vector=query) if query else Q(pk=None))
    if ticket.category_id and not words:
        like |= Q(category=ticket.category_id)
    solved = Ticket.objects.visible_to(user).filter(status__in=_OVER, merged_into=None)
    newest = solved.exclude(pk=ticket.pk).filter(like).order_by("-pk").values("pk")[:RANKED]
    found = list(_best(set(newest.values_list("pk", flat=True)), ticket, skus, query))
    ends = _resolutions(found)
    for each in found:
        each.how = ends.get(each.pk, "")
    return found


def _best(pks, ticket: Ticket, skus: list[str], query) -> QuerySet[Ticket]:
    sold = OrderLine.objects.filter(order=OuterRef("order"), sku__in=skus)
    done = Escalation.objects.filter(ticket=OuterRef("pk"), state=EscalationState.COMPLETED)
    rank = SearchRank(F("search__vector"), query) if query else Value(0.0)
    likeness = (
        rank
        + _worth(Exists(sold), _SAME_SKU)
        + _worth(Q(category=ticket.category_id or 0), _SAME_CATEGORY)
        + _worth(Exists(done), _WAS_ESCALATED)
    )
    return (
        Ticket.objects.filter(pk__in=pks)
        .select_related("category", "assignee")
        .annotate(
            likeness=likeness,
            is_same_article=Exists(sold),
            is_same_category=Case(
                When(category=ticket.category_id or 0, then=Value(True)), default=Value(False)
            ),
        )
        .order_by("-likeness", "-pk")[:SHOWN]
    )


def _worth(condition, weight: float):
    return Case(When(condition, then=Value(weight)), default=Value(0.0), output_field=FloatField())


def _telling_words(ticket: Ticket) -> list[str]:
    """Return the words of the subject and those the customer repeats; none with a sign in it."""
    first = ticket.messages.filter(kind=MessageKind.CUSTOMER_MESSAGE).order_by("written_at", "pk")
    texts = Message.objects.filter(pk__in=first.values("pk")[:3]).values_list("text", flat=True)
    subject = [word for word in lexemes(ticket.subject) if _is_telling(word)]
    said = Counter(word for text in texts for word in lexemes(text) if _is_telling(word))
    repeated = [word for word, count in said.most_common(WORDS) if count > 1]
    return list(dict.fromkeys([*subject, *repeated]))[:WORDS]


def _is_telling(word: str) -> bool:
    return len(word) >= SHORTEST and word.isalnum() and not word.isdecimal()


def _skus(ticket: Ticket) -> list[str]:
    if not ticket.order_id:
        return []
    lines = OrderLine.objects.filter(order=ticket.order_id).exclude(sku="")
    return list(lines.values_list("sku", flat=True)[:20])


def _resolutions(tickets: list[Ticket]) -> dict[int, str]:
    done = Escalation.objects.filter(ticket__in=tickets, state=EscalationState.COMPLETED)
    return dict(done.order_by("pk").values_list("ticket_id", "resolution"))
