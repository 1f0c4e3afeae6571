"""What a measurement needs to know of a database: who signs in, which tickets, how many queries.

Runs inside Django (bench.inside).
"""

import re
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from helpdesk.models import Message, Ticket

_WHO = {"manager": "manager@load.example", "agent": "agent01@load.example"}


def sessions() -> dict[str, str]:
    """Return a Cookie header for the manager and for an agent of the generated data."""
    return {who: cookie_of(User.objects.get(email=email)) for who, email in _WHO.items()}


def tickets(many: int) -> list[int]:
    """Return numbers of unsolved and of old tickets the agent may see, spread over all."""
    visible = Ticket.objects.visible_to(User.objects.get(email=_WHO["agent"]))
    numbers = list(visible.order_by("pk").values_list("pk", flat=True))
    return numbers[:: max(1, len(numbers) // many)][:many]


def rare_word() -> str:
    """Return a word that stands in one ticket only: a serial or tracking number."""
    text = Message.objects.filter(text__regex=r"NV[0-9A-F]{8}").order_by("pk").last().text
    return re.search(r"NV[0-9A-F]{8}", text)[0].lower()


def queries(paths: list[tuple[str, str]]) -> list[int]:
    """Return for pairs of who and path how many queries the page needs, the session's included."""
    return [queries_of(User.objects.get(email=_WHO[who]), path=path) for who, path in paths]


def cookie_of(user: User) -> str:
    """Return a Cookie header of a new session."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def queries_of(user: User, *, path: str) -> int:
    """Return how many queries a page costs this person, once everything is warm."""
    client = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    if response.status_code != 200:
        raise RuntimeError(f"{path} answers {response.status_code}")
    return len(captured)
