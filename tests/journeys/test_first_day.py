"""A mail comes in by the pipe, an agent answers in the browser, the answer leaves by Celery."""

import email
import email.policy
import subprocess
import sys

import pytest
import redis
from django.conf import settings
from django.urls import reverse

from helpdesk.models import OutgoingMail, OutgoingState, Ticket
from helpdesk.tasks import sweep_outgoing_mail
from tests.factories import make_user
from tests.helpdesk.intake.letters import a_mail
from tests.mail_server import running_mail_server
from tests.processes import environment_of_this_test
from tests.workers import eventually, running_worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def broker():
    """This test's own Redis database, empty."""
    connection = redis.Redis.from_url(settings.REDIS_URL)
    connection.flushdb()
    return connection


def pipe(raw: bytes) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "receive_mail"],
        input=raw,
        cwd=settings.BASE_DIR,
        env=environment_of_this_test(),
        check=True,
        capture_output=True,
        timeout=60,
    )


def answer(client, ticket: Ticket, text: str):
    """Answer as the page's form does."""
    page = client.get(reverse("helpdesk:ticket", args=[ticket.pk]))
    assert page.status_code == 200
    ticket.refresh_from_db()
    fields = {"text": text, "seen": ticket.last_event}
    return client.post(reverse("helpdesk:reply", args=[ticket.pk]), fields)


def is_sent() -> bool:
    return OutgoingMail.objects.get().state == OutgoingState.SENT


def test_a_mail_is_answered_and_the_answer_arrives(client, broker):
    client.force_login(make_user(full_name="Mara Lindqvist"))
    with (
        running_mail_server() as server,
        running_worker(EMAIL_URL=f"smtp://127.0.0.1:{server.port}"),
    ):
        pipe(a_mail("The kettle leaks.", subject="Leaking kettle"))
        ticket = Ticket.objects.get()
        answer(client, ticket, "A new lid is on its way.")
        eventually(is_sent)

        sent = email.message_from_bytes(server.received[0], policy=email.policy.default)
        assert sent["To"].addresses[0].addr_spec == "karen@mail.example"
        assert sent.get_content().startswith("A new lid is on its way.")
        pipe(
            a_mail(
                "Thank you!",
                to=str(sent["Reply-To"]),
                subject=f"Re: {sent['Subject']}",
                In_Reply_To=str(sent["Message-ID"]),
            )
        )

    ticket.refresh_from_db()
    assert [m.text for m in ticket.messages.in_order()] == [
        "The kettle leaks.",
        "A new lid is on its way.",
        "Thank you!",
    ]
    assert len(server.received) == 1


def test_a_reply_whose_nudge_redis_lost_is_found_by_the_sweep(client, broker):
    client.force_login(make_user())
    pipe(a_mail())
    answer(client, Ticket.objects.get(), "On its way.")
    broker.flushdb()

    with (
        running_mail_server() as server,
        running_worker(EMAIL_URL=f"smtp://127.0.0.1:{server.port}"),
    ):
        sweep_outgoing_mail.delay()
        eventually(is_sent)

    assert len(server.received) == 1


def test_a_reply_is_kept_while_redis_is_away(client, broker, monkeypatch):
    client.force_login(make_user())
    pipe(a_mail())
    ticket = Ticket.objects.get()
    nowhere = "redis+socket:///nowhere/redis.sock?virtual_host=0"
    monkeypatch.setattr("helpdesk.celery.app.conf.broker_write_url", nowhere)

    response = answer(client, ticket, "On its way.")

    assert response.status_code in (200, 302)
    assert OutgoingMail.objects.get().state == OutgoingState.QUEUED
