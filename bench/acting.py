"""Agents who listen, and acts they hear of. Runs inside Django (bench.inside)."""

import itertools
import secrets
import time

from django.conf import settings
from django.utils import timezone

from accounts.models import Role, User
from bench.looking import _cookie
from helpdesk.live.passes import make_pass
from helpdesk.models import Ticket
from helpdesk.services.conversation import add_note


def listeners(many: int) -> list[dict]:
    """Return for each of so many browsers its cookies, who it is, and a ticket it has open."""
    agents = list(User.objects.active().exclude(role=Role.COMPLIANCE).order_by("pk"))
    return [_listener(user) for user in itertools.islice(itertools.cycle(agents), many)]


def act(seconds: float, per_second: float) -> list[tuple[int, int, float]]:
    """Write notes, evenly spread; return ticket, version and the time right after each commit."""
    tickets = Ticket.objects.unsolved().exclude(assignee=None).select_related("assignee")
    acts, begun = [], time.monotonic()
    for number, ticket in enumerate(itertools.cycle(list(tickets[:500]))):
        if number / per_second > seconds:
            return acts
        time.sleep(max(0.0, begun + number / per_second - time.monotonic()))
        add_note(ticket.pk, text="Lot 2611 again.", by=ticket.assignee, at=timezone.now())
        committed = time.time()
        ticket.refresh_from_db(fields=["last_event"])
        acts.append((ticket.pk, ticket.last_event, committed))
    return acts


def _listener(user: User) -> dict:
    session, csrf = _cookie(user), secrets.token_hex(16)
    token = make_pass(user, session_key=session.partition("=")[2])
    ticket = Ticket.objects.visible_to(user).unsolved().order_by("?").values_list("pk", flat=True)
    return {
        "stream": f"{session}; {settings.EVENTS_COOKIE_NAME}={token}",
        "pages": f"{session}; {settings.CSRF_COOKIE_NAME}={csrf}",
        "csrf": csrf,
        "ticket": ticket.first(),
    }
