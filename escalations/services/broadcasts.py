"""Writing to every linked customer: one reply per ticket, each by itself, none twice.

The bulk jobs of the helpdesk carry it: an item per ticket, its own transaction, its own outcome.
What was written on a ticket after the preview stops that ticket's reply, and who was told after
it is not told again, however often the button is pressed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from escalations.models import Problem, ProblemTicket
from escalations.services.problems import AT_ONCE, locked, write_step
from escalations.services.texts import words_of
from helpdesk.models import BulkJob, Status, Ticket, TimelineEntry
from helpdesk.services.bulk import start_bulk_job
from helpdesk.services.bulk_acts import BulkAct
from helpdesk.services.conversation import reply
from policies.rendering import UnknownSlot, filled, refuse_unknown_slots

TELL = "tell-of-problem"
#: What differs from customer to customer.
SLOTS = ("name", "ticket")


class TextRefused(RuleViolation):
    code = "broadcast_text_refused"


class NobodyToTell(RuleViolation):
    code = "nobody_to_tell"


class AlreadyTold(RuleViolation):
    code = "already_told"


@dataclass(frozen=True)
class Preview:
    """What the person saw before they agreed. ``seen`` is the newest event of all tickets then."""

    text: str
    tickets: tuple[Ticket, ...]
    out_of_sight: int
    closed: int
    seen: int
    looked_at: datetime

    @property
    def first(self) -> str:
        """The text as the first customer would read it."""
        return text_for(self.tickets[0], self.text) if self.tickets else ""


def preview_broadcast(
    problem: Problem, *, text: str, again: bool = False, by, at: datetime
) -> Preview:
    """Say who would get which text. ``again`` counts those in who were told before.

    :raises TextRefused: for an empty text, or a word in braces that is not known.
    """
    _require(by)
    text = _read(text)
    links = ProblemTicket.objects.filter(problem=problem, ticket__merged_into=None)
    links = links if again else links.filter(told_at=None)
    open_ones = links.exclude(ticket__status=Status.CLOSED).values("ticket_id")
    visible = Ticket.objects.visible_to(by).filter(pk__in=open_ones).select_related("requester")
    shown = tuple(visible.order_by("pk")[:AT_ONCE])
    return Preview(
        text=text,
        tickets=shown,
        out_of_sight=open_ones.count() - len(shown),
        closed=links.filter(ticket__status=Status.CLOSED).count(),
        seen=TimelineEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0,
        looked_at=at,
    )


@transaction.atomic
def tell_customers(
    problem_id: int,
    *,
    text: str,
    tickets: Collection[int],
    seen: int,
    looked_at: datetime,
    by,
    at: datetime,
) -> BulkJob:
    """Reply on the linked tickets that were previewed, in the person's name, by a job.

    :raises TextRefused: as the preview does.
    :raises NobodyToTell: if a ticket is not linked, or there is none.
    """
    _require(by)
    problem = locked(problem_id)
    text = _read(text)
    linked = set(problem.links.filter(ticket__in=tickets).values_list("ticket_id", flat=True))
    if not linked or linked != set(tickets):
        message = _("Choose tickets that are linked to the problem.")
        raise NobodyToTell(message, field="tickets")
    words = ngettext("writes to %(count)d customer", "writes to %(count)d customers", len(linked))
    write_step(problem, words % {"count": len(linked)}, by=by, at=at)
    said = {"problem": problem.pk, "text": text, "seen": seen, "looked_at": looked_at.isoformat()}
    return start_bulk_job(act=TELL, arguments={"letter": said}, tickets=linked, by=by, at=at)


@transaction.atomic
def tell_one(ticket_id: int, *, letter: dict, by, at: datetime) -> None:
    """Reply on one linked ticket: an item of the job.

    :raises AlreadyTold: if the customer was told since the preview, or is linked no more.
    :raises SomethingWasMissed: if somebody wrote since the preview.
    """
    _require(by)
    ticket = Ticket.objects.locked(ticket_id)
    since = datetime.fromisoformat(letter["looked_at"])
    links = ProblemTicket.objects.filter(problem=letter["problem"], ticket=ticket)
    untold = links.filter(Q(told_at=None) | Q(told_at__lt=since))
    if untold.update(told_at=at) != 1:
        raise AlreadyTold(_("The customer was told already, or the ticket is linked no more."))
    reply(ticket_id, text=text_for(ticket, letter["text"]), seen=letter["seen"], by=by, at=at)


def text_for(ticket: Ticket, text: str) -> str:
    return filled(text, {"name": ticket.requester.name, "ticket": str(ticket.pk)})


def _require(by) -> None:
    require(by, Act.HANDLE_PROBLEMS)
    require(by, Act.REPLY)


def _read(text: str) -> str:
    text = words_of(text, field="text", least=10, most=20_000)
    try:
        refuse_unknown_slots(text, SLOTS)
    except UnknownSlot as error:
        raise TextRefused(str(error), field="text") from error
    return text


TELL_ONE = BulkAct(
    Act.HANDLE_PROBLEMS,
    tell_one,
    "letter",
    lambda letter, by: letter,
    words=gettext_lazy("Write to the customers of a problem"),
)
