"""What the pages of an investigation show, in a fixed number of queries."""

from django.db.models import Q, QuerySet

from escalations.models import Investigation
from escalations.services.actions import may_finish
from escalations.services.evidence import verify
from helpdesk.models import Message, TimelineEntry

#: A page of paper is no log: the newest of a very long story are left to the screen.
LONGEST_STORY = 500
QUOTED_FROM = 200


def book_of(found: Investigation, *, reader=None) -> dict:
    """Return the investigation with its findings, evidence and actions."""
    actions = list(found.actions.by_urgency().select_related("owner"))
    for action in actions:
        action.can_be_finished = reader is not None and may_finish(action, reader)
    return {
        "investigation": found,
        "ticket": found.ticket,
        "findings": found.findings.select_related("found_by")
        .prefetch_related("evidence")
        .order_by("pk"),
        "pieces": list(found.evidence.select_related("added_by").order_by("pk")),
        "actions": actions,
    }


def report_of(found: Investigation) -> dict:
    """Return all of it, with the ticket's story and the digests checked anew.

    A report goes from hand to hand, so what is restricted is left out whoever prints it.
    """
    book = book_of(found)
    for piece in book["pieces"]:
        piece.verdict = verify(piece).value
    of_it = Q(ticket=found.ticket_id) | Q(ticket__merge_root=found.ticket_id)
    story = TimelineEntry.objects.filter(of_it, restriction="").in_order()
    return book | {"story": story.select_related("actor", "customer")[:LONGEST_STORY]}


def messages_of(found: Investigation) -> QuerySet[Message]:
    """Return what can be quoted, the newest first."""
    of_it = Q(ticket=found.ticket_id) | Q(ticket__merge_root=found.ticket_id)
    said = Message.objects.filter(of_it).select_related("author", "customer")
    return said.order_by("-written_at", "-pk")
