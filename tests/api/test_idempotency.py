"""A repeated POST is one act."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from rest_framework.test import APIClient

from helpdesk import tasks
from helpdesk.models import IdempotencyKey, Message, Status, Ticket
from helpdesk.services.idempotency import Answer, forget_old_keys, only_once
from tests.api.world import token_for
from tests.concurrency import all_at_once
from tests.factories import MONDAY, customer_writes, make_ticket, make_user
from tests.processes import start


def _note(client, ticket, key: str, text: str = "Lot 2611 again."):
    return client.post(
        f"/api/v1/tickets/{ticket.pk}/note/", {"text": text}, headers={"Idempotency-Key": key}
    )


@pytest.mark.django_db
def test_a_repetition_gets_the_first_answer_and_says_so(caller):
    client, ticket = caller(make_user()), make_ticket()

    first, again = _note(client, ticket, "one"), _note(client, ticket, "one")

    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    assert again["Content-Type"] == first["Content-Type"]
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert Message.objects.filter(kind="internal_note").count() == 1


@pytest.mark.django_db
def test_without_a_key_every_request_is_an_act(caller):
    client, ticket = caller(make_user()), make_ticket()

    for _ in range(2):
        client.post(f"/api/v1/tickets/{ticket.pk}/note/", {"text": "Again."})

    assert Message.objects.filter(kind="internal_note").count() == 2
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db
def test_a_key_belongs_to_one_request(caller):
    client, ticket = caller(make_user()), make_ticket()
    _note(client, ticket, "one")

    other_body = _note(client, ticket, "one", text="Something else.")
    other_path = _note(client, make_ticket(), "one")

    for response in (other_body, other_path):
        assert response.status_code == 422
        assert response.json()["code"] == "idempotency_key_reused"
        assert response.json()["errors"][0]["field"] == "Idempotency-Key"
    assert Message.objects.filter(kind="internal_note").count() == 1


@pytest.mark.django_db
def test_a_key_belongs_to_one_person(caller):
    ticket = make_ticket()

    for _ in range(2):
        assert _note(caller(make_user()), ticket, "one").status_code == 201

    assert Message.objects.filter(kind="internal_note").count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", " ", "with space", "x" * 256, "schlüssel", "tab\there"])
def test_a_key_is_visible_ascii_of_bounded_length(caller, key):
    response = _note(caller(make_user()), make_ticket(), key)

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "Idempotency-Key"
    assert not Message.objects.filter(kind="internal_note").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["x", "x" * 255, "!~"])
def test_the_longest_and_the_strangest_keys_work(caller, key):
    assert _note(caller(make_user()), make_ticket(), key).status_code == 201


@pytest.mark.django_db
def test_a_request_that_came_to_nothing_leaves_its_key_free(caller):
    client, ticket = caller(make_user()), make_ticket()
    customer_writes(ticket)
    ticket.refresh_from_db()
    address, header = f"/api/v1/tickets/{ticket.pk}/reply/", {"Idempotency-Key": "one"}

    invalid = client.post(address, {"text": "Hello"}, headers=header)
    stale = client.post(address, {"text": "Hello", "last_seen_event": 0}, headers=header)
    missing = client.post("/api/v1/tickets/1/solve/", headers=header)

    assert [r.status_code for r in (invalid, stale, missing)] == [400, 409, 404]
    assert not IdempotencyKey.objects.exists()
    body = {"text": "Hello", "last_seen_event": ticket.last_event}
    assert client.post(address, body, headers=header).status_code == 201


@pytest.mark.django_db
def test_a_form_with_files_may_be_sent_again_with_another_boundary(caller):
    client, ticket = caller(make_user()), make_ticket()

    def send(content: bytes, boundary: str):
        return client.post(
            f"/api/v1/tickets/{ticket.pk}/note/",
            _multipart(boundary, content),
            content_type=f"multipart/form-data; boundary={boundary}",
            headers={"Idempotency-Key": "one"},
        )

    first, again = send(b"picture", "one"), send(b"picture", "two")
    other = send(b"other picture", "one")

    assert [first.status_code, again.status_code, other.status_code] == [201, 201, 422]
    assert again["Idempotency-Replayed"] == "true"
    assert first.json()["attachments"][0]["size"] == 7


def _multipart(boundary: str, content: bytes) -> bytes:
    return (
        f'--{boundary}\r\nContent-Disposition: form-data; name="text"\r\n\r\nSee picture\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="attachments"; '
        f'filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
    ).encode() + (content + f"\r\n--{boundary}--\r\n".encode())


@pytest.mark.django_db
def test_the_database_knows_each_key_of_a_person_once():
    user = make_user()
    facts = {"user": user, "key": "one", "fingerprint": "f", "started_at": MONDAY}
    IdempotencyKey.objects.create(**facts)

    with pytest.raises(IntegrityError), transaction.atomic():
        IdempotencyKey.objects.create(**facts)


@pytest.mark.django_db(transaction=True)
def test_a_request_in_flight_is_not_waited_for():
    user, ticket = make_user(), make_ticket()
    token = token_for(user)
    with only_once("one", fingerprint="any", by=user, at=MONDAY) as use:
        (response,) = all_at_once([partial(_note_of, token, ticket)])
        use.finish(Answer(201, b"{}", "application/json"))

    assert response.status_code == 409
    assert response.json()["code"] == "idempotency_key_in_flight"
    assert int(response["Retry-After"]) >= 1
    assert not Message.objects.filter(kind="internal_note").exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_requests_at_once_exactly_one_acts():
    ticket, token = make_ticket(), token_for(make_user())

    responses = all_at_once([partial(_note_of, token, ticket)] * 6)

    told = [response.status_code for response in responses]
    acted = [r for r in responses if r.status_code == 201 and "Idempotency-Replayed" not in r]
    assert set(told) <= {201, 409}
    assert len(acted) == 1
    assert Message.objects.filter(kind="internal_note").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_dies_leaves_neither_act_nor_key():
    user, ticket = make_user(), make_ticket()
    (outcome,) = all_at_once([partial(_die_in_the_act, user, ticket)])
    assert isinstance(outcome, Exception)

    ticket.refresh_from_db()
    assert ticket.status == Status.NEW
    assert not IdempotencyKey.objects.exists()
    with only_once("one", fingerprint="f", by=user, at=MONDAY) as use:
        assert use.answer is None


DIES = """
import os, signal
from datetime import UTC, datetime
from accounts.models import User
from helpdesk.services.idempotency import Answer, only_once
from helpdesk.services.lifecycle import solve_ticket
at = datetime(2026, 3, 2, 9, tzinfo=UTC)
user = User.objects.get(pk={user})
with only_once("one", fingerprint="f", by=user, at=at) as use:
    solve_ticket({ticket}, by=user, at=at)
    use.finish(Answer(200, b"told", "application/json"))
    {before}
{after}
"""
KILL = "os.kill(os.getpid(), signal.SIGKILL)"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_around_the_commit_leaves_both_or_neither(moment):
    user, ticket = make_user(), make_ticket()
    lines = {"before": "pass", "after": "pass"} | {moment: KILL}
    process = start(DIES.format(user=user.pk, ticket=ticket.pk, **lines))

    _, said = process.communicate(timeout=60)

    assert process.returncode == -9, said
    ticket.refresh_from_db()
    with only_once("one", fingerprint="f", by=user, at=MONDAY) as use:
        is_kept = moment == "after"
        assert (ticket.status == Status.SOLVED) == is_kept
        assert (use.answer is not None) == is_kept
        assert not is_kept or use.answer.body == b"told"


@pytest.mark.django_db(transaction=True)
def test_a_use_that_is_not_finished_takes_its_act_back():
    user, ticket = make_user(), make_ticket()

    with only_once("one", fingerprint="f", by=user, at=MONDAY):
        Ticket.objects.filter(pk=ticket.pk).update(subject="Changed")

    ticket.refresh_from_db()
    assert ticket.subject != "Changed"
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db
def test_a_key_is_kept_for_seven_days(caller):
    client, ticket = caller(make_user()), make_ticket()
    _note(client, ticket, "one")
    started = IdempotencyKey.objects.get().started_at

    assert forget_old_keys(at=started + timedelta(days=7)) == 0
    assert forget_old_keys(at=started + timedelta(days=7, seconds=1)) == 1
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db
def test_the_task_forgets_old_keys():
    user = make_user()
    old = {"user": user, "key": "old", "fingerprint": "f", "started_at": MONDAY}
    IdempotencyKey.objects.create(**old)

    tasks.forget_old_idempotency_keys()

    assert not IdempotencyKey.objects.exists()


def _note_of(token: str, ticket):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return _note(client, ticket, "one")


def _die_in_the_act(user, ticket):
    with only_once("one", fingerprint="f", by=user, at=MONDAY) as use:
        Ticket.objects.filter(pk=ticket.pk).update(status=Status.OPEN)
        use.finish(Answer(200, b"{}", "application/json"))
        connection.connection.close()
        raise ConnectionAbortedError
