"""Plain functions through the services: only lawful states exist.

``MONDAY`` is the fixed moment of the tests.
"""

from datetime import UTC, datetime
from itertools import count

from accounts.models import Role, Team, TeamMembership, Tier, User
from helpdesk.models import Channel, IdentityKind, Message, Ticket
from helpdesk.services.conversation import add_note, receive_customer_message, reply
from helpdesk.services.customers import identify_customer
from helpdesk.services.opening import Sorting, open_ticket

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
PASSWORD = "correct horse battery"
_numbers = count(1)


def make_user(role: str = Role.AGENT, *, team: Team | None = None, **fields) -> User:
    number = next(_numbers)
    fields = {"email": f"user{number}@northvane.example", "full_name": f"User {number}"} | fields
    user = User.objects.create_user(role=role, password=None, **fields)
    if team is not None:
        TeamMembership.objects.create(team=team, user=user)
    return user


def make_team(name: str = "", *, level: int = 1) -> Team:
    tier, _ = Tier.objects.get_or_create(
        level=level, defaults={"name": f"Tier {level}", "is_customer_facing": level == 1}
    )
    return Team.objects.create(name=name or f"Team {next(_numbers)}", tier=tier)


def make_identity(email: str = "", *, name: str = "Karen Whitfield"):
    email = email or f"customer{next(_numbers)}@mail.example"
    return identify_customer(kind=IdentityKind.EMAIL, value=email, name=name, at=MONDAY)


def make_ticket(
    subject: str = "Second coffee maker arrived cracked",
    *,
    text: str = "The water tank is cracked in the same corner.",
    identity=None,
    team: Team | None = None,
    at: datetime = MONDAY,
    by=None,
    **sorting,
) -> Ticket:
    identity = identity or make_identity()
    return open_ticket(
        requester=identity.customer,
        identity=identity,
        subject=subject,
        text=text,
        channel=Channel.EMAIL,
        sorting=Sorting(team=team, **sorting),
        by=by,
        at=at,
    )


def make_reply(ticket: Ticket, text: str = "A new one leaves tomorrow.", *, by=None) -> Message:
    ticket.refresh_from_db()
    return reply(ticket.pk, text=text, seen=ticket.last_event, by=by or make_user(), at=MONDAY)


def make_note(ticket: Ticket, text: str = "Lot 2611 again.", *, by=None) -> Message:
    return add_note(ticket.pk, text=text, by=by or make_user(), at=MONDAY)


def customer_writes(ticket: Ticket, text: str = "Any news?", *, at: datetime = MONDAY) -> Message:
    return receive_customer_message(ticket.pk, customer=ticket.requester, text=text, at=at)


__all__ = [
    "MONDAY",
    "PASSWORD",
    "customer_writes",
    "make_identity",
    "make_note",
    "make_reply",
    "make_team",
    "make_ticket",
    "make_user",
]
