"""Opening a ticket: by an agent, or for a message that came in."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.models import Team
from accounts.permissions import require
from accounts.rules import Act
from helpdesk import events
from helpdesk.models import (
    Category,
    Channel,
    Customer,
    CustomerIdentity,
    Message,
    MessageKind,
    Priority,
    ProductLine,
    Severity,
    Ticket,
    TimelineKind,
)
from helpdesk.services.identities import customer_behind
from helpdesk.services.search import index_opening
from helpdesk.services.timeline import record
from marketplaces.models import Order


class TicketNeedsWords(RuleViolation):
    code = "ticket_needs_words"


class TeamNotReachable(RuleViolation):
    code = "team_not_reachable"


@dataclass(frozen=True)
class Sorting:
    """How a new ticket is sorted. Everything may be left to triage."""

    priority: int = Priority.NORMAL
    severity: int = Severity.MINOR
    category: Category | None = None
    product_line: ProductLine | None = None
    team: Team | None = None
    order: Order | None = None


@transaction.atomic
def open_ticket(
    *,
    requester: Customer,
    subject: str,
    text: str,
    at: datetime,
    by=None,
    identity: CustomerIdentity | None = None,
    channel: str = Channel.EMAIL,
    sorting: Sorting | None = None,
    mail: dict | None = None,
) -> Ticket:
    """Open a ticket with its first message, which is the customer's words.

    ``by`` is the agent who wrote it down, or None where the customer wrote it. ``mail`` holds
    further fields of the message (html, quoted_text, internet_message_id, in_reply_to …).

    :raises TicketNeedsWords: if an agent gives no subject or no text.
    :raises TeamNotReachable: if a customer's own words would go to a tier behind the front line.
    """
    require(by, Act.OPEN_TICKET)
    _refuse_silence(subject, text, by=by)
    _refuse_unreachable(sorting, by=by)
    requester = customer_behind(identity) if identity else requester
    ticket = Ticket.objects.create(
        requester=requester,
        identity=identity,
        subject=subject.strip()[:250] or "(no subject)",
        channel=channel,
        opened_at=at,
        updated_at=at,
        last_customer_message_at=at,
        **vars(sorting or Sorting()),
    )
    message = Message.objects.create(
        ticket=ticket,
        kind=MessageKind.CUSTOMER_MESSAGE,
        customer=requester,
        text=text,
        written_at=at,
        **(mail or {}),
    )
    record(
        ticket,
        TimelineKind.OPENED,
        by=by,
        customer=None if by else requester,
        message=message,
        at=at,
    )
    index_opening(ticket, text)
    events.ticket_opened.send(Ticket, ticket=ticket, message=message, since=at, at=at)
    return ticket


def _refuse_silence(subject: str, text: str, *, by) -> None:
    """A customer may write an empty mail; an agent may not open an empty ticket."""
    if by is None:
        return
    if not subject.strip():
        raise TicketNeedsWords(_("The subject may not be empty."), field="subject")
    if not text.strip():
        raise TicketNeedsWords(_("The text may not be empty."), field="text")


def _refuse_unreachable(sorting: Sorting | None, *, by) -> None:
    """Only an agent, or an escalation, brings a case to the tiers behind the front line."""
    team = sorting.team if sorting and by is None else None
    if team is not None and not team.tier.is_customer_facing:
        raise TeamNotReachable(
            _("Customers cannot write to %(team)s.") % {"team": team}, field="team"
        )
