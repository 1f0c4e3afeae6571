"""Random histories of real acts, done through the services as people do them."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from hypothesis import strategies as st

from accounts.errors import RuleViolation
from escalations.services.clocks import exempt_clock
from escalations.services.enforcement import sweep
from helpdesk.models import Message, MessageKind, Ticket
from helpdesk.services.conversation import add_note, receive_customer_message, reply
from helpdesk.services.lifecycle import change_status, close_solved_tickets, reopen_ticket
from helpdesk.services.linking import split_ticket
from helpdesk.services.merging import merge_ticket, unmerge_ticket
from helpdesk.services.retraction import take_reply_back
from helpdesk.services.triage import change_priority

ACTS = (
    "reply", "reply", "reply_and_wait", "reply_and_solve", "note", "automatic", "customer",
    "customer", "late_customer", "pending", "on_hold", "open", "solve", "reopen", "close", "merge",
    "unmerge", "take_back", "exempt", "raise", "lower", "sweep", "split",
)  # fmt: skip
MINUTES = (0, 1, 7, 60, 61, 240, 480, 1500, 4000)
histories = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 4), st.sampled_from(MINUTES)), max_size=14
)


class History:
    """Does acts on tickets; what the rules refuse does not happen."""

    def __init__(self, tickets: list[Ticket], *, by, at: datetime):
        self.pks, self.by, self.at = [ticket.pk for ticket in tickets], by, at

    def act(self, name: str, which: int, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)
        ticket = Ticket.objects.get(pk=self.pks[which % len(self.pks)])
        try:
            getattr(self, name)(ticket)
        except (RuleViolation, PermissionDenied):
            return

    def reply(self, ticket, then=""):
        seen = ticket.last_event
        reply(ticket.pk, text="Yes.", seen=seen, by=self.by, at=self.at, then=then)

    def reply_and_wait(self, ticket):
        self.reply(ticket, then="pending" if ticket.status in ("new", "open") else "")

    def reply_and_solve(self, ticket):
        self.reply(ticket, then="solved" if ticket.is_unsolved else "")

    def note(self, ticket):
        add_note(ticket.pk, text="Hm.", by=self.by, at=self.at)

    def automatic(self, ticket):
        self._customer(ticket, self.at, mail={"is_automatic": True})

    def customer(self, ticket):
        self._customer(ticket, self.at)

    def late_customer(self, ticket):
        self._customer(ticket, self.at - timedelta(minutes=90))

    def _customer(self, ticket, at, mail=None):
        receive_customer_message(
            ticket.pk, customer=ticket.requester, text="Well?", mail=mail, at=at
        )

    def pending(self, ticket):
        change_status(ticket.pk, status="pending", by=self.by, at=self.at)

    def on_hold(self, ticket):
        change_status(ticket.pk, status="on_hold", by=self.by, at=self.at)

    def open(self, ticket):
        change_status(ticket.pk, status="open", by=self.by, at=self.at)

    def solve(self, ticket):
        change_status(ticket.pk, status="solved", by=self.by, at=self.at)

    def reopen(self, ticket):
        reopen_ticket(ticket.pk, by=self.by, at=self.at)

    def close(self, ticket):
        self.at += timedelta(days=15)
        close_solved_tickets(at=self.at)

    def merge(self, ticket):
        into = self.pks[(self.pks.index(ticket.pk) + 1) % len(self.pks)]
        merge_ticket(ticket.pk, into=into, by=self.by, at=self.at)

    def unmerge(self, ticket):
        unmerge_ticket(ticket.pk, by=self.by, at=self.at)

    def take_back(self, ticket):
        replies = Message.objects.filter(ticket=ticket, kind=MessageKind.PUBLIC_REPLY)
        last = replies.order_by("-pk").first()
        if last is not None:
            take_reply_back(last.pk, by=self.by, at=max(self.at, last.written_at))

    def exempt(self, ticket):
        exempt_clock(ticket.pk, reason="Only thanks", by=self.by, at=self.at)

    def split(self, ticket):
        asked = Message.objects.filter(ticket=ticket, kind=MessageKind.CUSTOMER_MESSAGE)
        last = asked.order_by("-pk").first()
        facts = {"message_id": last.pk, "subject": "And this?"}
        new = split_ticket(ticket.pk, **facts, by=self.by, at=self.at)
        self.pks.append(new.pk)

    def raise_(self, ticket):
        change_priority(ticket.pk, priority=4, by=self.by, at=self.at)

    def lower(self, ticket):
        change_priority(ticket.pk, priority=2, by=self.by, at=self.at)

    def sweep(self, ticket):
        sweep(at=self.at)


setattr(History, "raise", History.raise_)
