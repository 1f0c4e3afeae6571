"""Nothing may be promised to the customer while a blocking inquiry is open."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.errors import RuleViolation
from escalations.models import Inquiry
from helpdesk.models import Ticket


class NothingMayBePromised(RuleViolation):
    code = "nothing_may_be_promised"


def blocking_inquiries(ticket_id: int):
    """Return what is open and blocks a ticket, asked there or on what was merged into it."""
    of_it = Q(ticket=ticket_id) | Q(ticket__merge_root=ticket_id)
    return Inquiry.objects.blocking().filter(of_it).select_related("department").order_by("pk")


def refuse_promises(ticket: Ticket, *, by) -> None:
    """Needs the ticket's lock, which asking takes too.

    :raises NothingMayBePromised: while an answer is waited for that a promise depends on.
    """
    blocking = list(blocking_inquiries(ticket.pk))
    if blocking:
        readable = Inquiry.objects.filter(pk__in=[one.pk for one in blocking]).readable_by(by)
        keys = set(readable.values_list("pk", flat=True))
        raise NothingMayBePromised(sentence_about(blocking, readable=keys))


def sentence_about(blocking: list[Inquiry], *, readable: set[int]) -> str:
    """Say who has to answer first; of a restricted inquiry only its restriction."""
    names = [
        str(one.department) if one.pk in readable else str(one.get_restriction_display())
        for one in blocking
    ]
    names = list(dict.fromkeys(names))
    who_first = ngettext(
        "Nothing may be promised until %(names)s has answered.",
        "Nothing may be promised until %(names)s have answered.",
        len(names),
    ) % {"names": ", ".join(names)}
    then = _("Wait for the answer, or have the inquiry withdrawn.")
    return f"{who_first} {then}"
