"""Endpoints and what they are told: who may, which addresses, which events, no word of anybody."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from accounts.services.values import NameNotPossible, NothingChanged, ValueNotPossible
from escalations.models import WANTED, DeliveryState, Metric, WebhookDelivery, WebhookEndpoint
from escalations.services.carrying_out import carry_out_waiting
from escalations.services.enforcement import sweep
from escalations.services.inquiry_answers import Said, answer
from escalations.services.webhook_log import CannotReplay, EndpointNotInUse, ping, replay
from escalations.services.webhook_outbox import secrets_of
from escalations.services.webhooks import (
    OVERLAP,
    AddressNotPossible,
    EventsNotPossible,
    activate_endpoint,
    change_endpoint,
    create_endpoint,
    deactivate_endpoint,
    resume_endpoint,
    rotate_secret,
)
from helpdesk.services.lifecycle import solve_ticket
from helpdesk.services.retraction import take_reply_back
from tests.escalations.contracts import make_stage
from tests.escalations.hooks import (
    NOWHERE,
    make_delivery,
    make_endpoint,
    make_endpoint_with_secret,
    told,
)
from tests.escalations.inquiring import make_department, make_inquiry
from tests.escalations.making import make_clock
from tests.factories import MONDAY, make_identity, make_note, make_reply, make_ticket, make_user

CANARY = "kanarienvogel"
PUBLIC = {"url": "https://hooks.partner.example/in", "resolve": lambda host, port: ["1.1.1.1"]}


@pytest.fixture
def admin(db):
    return make_user(Role.ADMIN)


def body_of(delivery) -> dict:
    return json.loads(delivery.body)


# Endpoints


def test_an_endpoint_and_its_secret(admin):
    endpoint, secret = create_endpoint(
        name="  Ware house ",
        events=["ticket.solved", "ticket.opened"],
        by=admin,
        at=MONDAY,
        **PUBLIC,
    )

    assert (endpoint.name, endpoint.url) == ("Ware house", PUBLIC["url"])
    assert endpoint.events == ["ticket.opened", "ticket.solved"]
    assert secrets_of(endpoint, at=MONDAY) == [secret]
    stored = WebhookEndpoint.objects.values().get()
    assert not any(secret in str(value) for value in stored.values())


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.ADMIN}))
def test_only_administrators_manage_webhooks(admin, role):
    other, endpoint = make_user(role), make_endpoint(by=admin)
    about = {"by": other, "at": MONDAY}
    for act in (
        lambda: create_endpoint(name="A", events=WANTED, **PUBLIC, **about),
        lambda: change_endpoint(endpoint.pk, name="B", **about),
        lambda: rotate_secret(endpoint.pk, **about),
        lambda: deactivate_endpoint(endpoint.pk, **about),
        lambda: activate_endpoint(endpoint.pk, **about),
        lambda: resume_endpoint(endpoint.pk, **about),
        lambda: ping(endpoint.pk, **about),
        lambda: replay(make_delivery(endpoint).pk, **about),
    ):
        with pytest.raises(PermissionDenied):
            act()


@pytest.mark.parametrize(
    ("url", "places", "reason"),
    [
        ("https://10.0.0.8/", None, "address_is_private"),
        ("https://localhost/", None, "address_is_private"),
        ("https://2130706433/", None, "address_is_private"),
        ("https://127.1/", None, "address_is_private"),
        ("https://partner.example/", ["93.184.216.34", "192.168.0.1"], "address_is_private"),
        ("https://partner.example/", [], "host_not_found"),
        ("https://a..b/", None, "host_not_found"),
        ("http://partner.example/", ["93.184.216.34"], "address_not_secure"),
        ("https://me:pass@partner.example/", ["93.184.216.34"], "address_with_user"),
    ],
)
def test_an_address_inside_is_refused_when_it_is_saved(admin, url, places, reason):
    said = {} if places is None else {"resolve": lambda host, port: places}

    with pytest.raises(AddressNotPossible) as refused:
        create_endpoint(name="A", url=url, events=WANTED, by=admin, at=MONDAY, **said)

    assert refused.value.field == "url"
    assert refused.value.extra["reason"] == reason


def test_what_an_endpoint_needs(admin):
    for said, violation in [
        ({"name": " "}, NameNotPossible),
        ({"events": []}, EventsNotPossible),
        ({"events": ["ticket.eaten"]}, ValueNotPossible),
        ({"events": ["webhook.ping"]}, ValueNotPossible),
    ]:
        with pytest.raises(violation):
            create_endpoint(
                **({"name": "A", "events": WANTED, **PUBLIC} | said), by=admin, at=MONDAY
            )


def test_changing_an_endpoint(admin):
    endpoint = make_endpoint(by=admin)
    said = {"by": admin, "at": MONDAY}

    changed = change_endpoint(endpoint.pk, name="Carrier", events=["sla.breached"], **said)

    assert (changed.name, changed.events, changed.url) == ("Carrier", ["sla.breached"], NOWHERE)
    with pytest.raises(NothingChanged):
        change_endpoint(endpoint.pk, name="Carrier", **said)
    with pytest.raises(AddressNotPossible):
        change_endpoint(endpoint.pk, may_be_private=False, **said)


def test_the_secret_before_signs_for_another_day(admin):
    endpoint, first = make_endpoint_with_secret(by=admin)

    second = rotate_secret(endpoint.pk, by=admin, at=MONDAY)

    endpoint.refresh_from_db()
    assert secrets_of(endpoint, at=MONDAY) == [second, first]
    assert secrets_of(endpoint, at=MONDAY + OVERLAP) == [second]


def test_out_of_use_gives_up_what_waits_and_hears_of_nothing(admin):
    endpoint = make_endpoint(by=admin)
    waiting = make_delivery(endpoint)

    deactivate_endpoint(endpoint.pk, by=admin, at=MONDAY)
    make_ticket()

    waiting.refresh_from_db()
    assert waiting.state == DeliveryState.FAILED
    assert told() == [waiting]
    for act in (
        lambda: ping(endpoint.pk, by=admin, at=MONDAY),
        lambda: replay(waiting.pk, by=admin, at=MONDAY),
    ):
        with pytest.raises(EndpointNotInUse):
            act()
    with pytest.raises(NothingChanged):
        deactivate_endpoint(endpoint.pk, by=admin, at=MONDAY)
    activate_endpoint(endpoint.pk, by=admin, at=MONDAY)
    make_ticket()
    assert len(told()) == 2


def test_a_replay_is_a_delivery_of_its_own_that_says_the_same(admin):
    old = make_delivery(make_endpoint(by=admin))
    with pytest.raises(CannotReplay):
        replay(old.pk, by=admin, at=MONDAY)
    WebhookDelivery.objects.update(state=DeliveryState.DELIVERED, delivered_at=MONDAY)

    first, second = (replay(old.pk, by=admin, at=MONDAY) for _ in range(2))

    assert len({old.pk, first.pk, second.pk}) == 3
    assert (first.body, first.source, first.replay_of) == (old.body, old.source, old)
    old.delete()
    first.refresh_from_db()
    assert (first.replay_of, first.is_replay) == (None, True)


def test_an_event_is_told_an_endpoint_once(db):
    endpoint = make_endpoint()
    make_ticket()
    row = WebhookDelivery.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        WebhookDelivery.objects.create(
            endpoint=endpoint, event=row.event, source=row.source, body="{}", created_at=MONDAY
        )


# What is told


def test_only_who_wants_to_hear_of_it_is_told(db, settings):
    opened = make_endpoint(events=["ticket.opened"])
    both = make_endpoint(events=["ticket.opened", "ticket.solved"])
    make_endpoint(events=["sla.breached"])

    ticket = make_ticket()

    assert [one.endpoint for one in told()] == [opened, both]
    assert body_of(told()[0]) == {
        "event": "ticket.opened",
        "source": f"entry:{ticket.last_event}",
        "at": "2026-03-02T09:00:00Z",
        "entry": ticket.last_event,
        "ticket": {
            "number": ticket.pk, "status": "new", "priority": "normal", "channel": "email",
            "team": None, "category": None,
            "page": f"{settings.SITE_URL}/tickets/{ticket.pk}/",
        },
    }  # fmt: skip


def test_what_is_rolled_back_is_told_to_nobody(db):
    make_endpoint()

    with transaction.atomic():
        make_ticket()
        transaction.set_rollback(True)

    assert told() == []


def test_a_reply_is_told_when_it_cannot_be_taken_back_any_more(db, settings):
    settings.UNDO_SEND_SECONDS = 10
    make_endpoint(events=["ticket.replied"])

    make_reply(make_ticket())

    assert told()[0].next_attempt_at == MONDAY + timedelta(seconds=10)


def test_a_reply_that_is_taken_back_is_told_to_nobody_nor_that_it_solved(db, settings):
    settings.UNDO_SEND_SECONDS = 10
    make_endpoint()
    agent = make_user()
    ticket = make_ticket(identity=make_identity("karen@mail.example"))
    message = make_reply(ticket, by=agent)
    ticket.refresh_from_db()
    solve_ticket(ticket.pk, by=agent, at=MONDAY)
    assert [one.event for one in told()] == ["ticket.opened", "ticket.replied", "ticket.solved"]

    take_reply_back(message.pk, by=agent, at=MONDAY + timedelta(seconds=3))

    assert [one.event for one in told()] == ["ticket.opened"]


def test_the_way_of_an_escalation_is_told(db):
    make_endpoint(events=[event for event in WANTED if event.startswith("escalation.")])
    stage = make_stage()
    for act, name in [
        ("send_back", "member"),
        ("resubmit", "first_agent"),
        ("accept", "specialist"),
    ]:
        stage.act(act, name)
    stage.act("complete", "specialist")

    news = [body_of(one) for one in told()]

    assert [(one["event"], one["escalation"]["state"]) for one in news] == [
        ("escalation.escalated", "waiting"),
        ("escalation.sent_back", "sent_back"),
        ("escalation.accepted", "accepted"),
        ("escalation.completed", "completed"),
    ]
    assert {one["escalation"]["id"] for one in news} == {stage.escalation.pk}
    assert [one["entry"] for one in news] == sorted(one["entry"] for one in news)


def test_near_and_missed_deadlines_are_told(db):
    make_endpoint(events=["sla.warned", "sla.breached"])
    due = MONDAY + timedelta(hours=1)
    clock = make_clock(make_ticket(), due_at=due)
    late = due + timedelta(minutes=1)
    sweep(at=late)
    carry_out_waiting(at=late)

    news = body_of(told("sla.breached")[0])

    assert news["clock"]["id"] == clock.pk
    assert news["clock"]["metric"] == Metric.APPROVAL
    assert news["clock"]["deadline"] == due.isoformat()


def test_nothing_that_anybody_wrote_or_is_called_leaves(db):
    make_endpoint()
    identity = make_identity(f"{CANARY}@mail.example", name=CANARY)
    agent = make_user(full_name=CANARY)
    ticket = make_ticket(CANARY, text=CANARY, identity=identity, by=None)
    make_reply(ticket, CANARY, by=agent)
    make_note(ticket, CANARY, by=agent)
    solve_ticket(ticket.pk, by=agent, at=MONDAY)

    assert len(told()) >= 3
    assert not any(CANARY in f"{one.body}{one.source}" for one in told())


def test_an_answered_inquiry_is_told_without_a_word_of_it(db):
    make_endpoint()
    _ask_and_answer(restriction="")

    news = body_of(told("inquiry.answered")[0])

    assert news["inquiry"]["state"] == "answered"
    assert news["inquiry"]["is_restricted"] is False
    assert not any(CANARY in one.body for one in told())


def test_of_a_restricted_inquiry_nothing_is_told_but_that_there_is_an_answer(db):
    make_endpoint()
    inquiry = _ask_and_answer(restriction="legal")
    clock = inquiry.ticket.clocks.get(metric=Metric.INQUIRY)
    entries = inquiry.ticket.timeline.exclude(restriction="")
    assert len(entries) == 2

    assert body_of(told("inquiry.answered")[0])["inquiry"] == {"is_restricted": True}
    assert not any(CANARY in one.body or "legal" in one.body.lower() for one in told())
    assert not any(one.event.startswith("sla.") for one in told()), clock


def test_a_missed_deadline_of_a_restricted_inquiry_is_told_to_nobody(db):
    make_endpoint()
    inquiry = make_inquiry(make_ticket(), restriction="privacy", seconds=3600)
    late = MONDAY + timedelta(hours=2)

    assert sweep(at=late) == 1
    carry_out_waiting(at=late)

    assert inquiry.ticket.timeline.filter(kind="sla.breached").exists()
    assert [one.event for one in told()] == ["ticket.opened"]


def _ask_and_answer(restriction: str):
    member = make_user()
    department = make_department(CANARY)
    department.members.add(member)
    inquiry = make_inquiry(
        make_ticket(), department=department, question=f"Is it {CANARY}?", restriction=restriction
    )
    answer(inquiry.pk, said=Said(text=CANARY), by=member, at=MONDAY)
    return inquiry


# Queries


def test_telling_many_costs_no_more_than_telling_one_and_little_more_than_nobody(db):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            make_ticket()
        return len(queries)

    nobody = cost()
    make_endpoint()
    one = cost()
    for _ in range(20):
        make_endpoint()

    assert cost() == one
    assert one - nobody <= 3
