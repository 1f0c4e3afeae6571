"""What endpoints are told: which events, once, and no word of anybody."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from escalations.models import WANTED, Metric, WebhookDelivery
from escalations.services.carrying_out import carry_out_waiting
from escalations.services.enforcement import sweep
from escalations.services.inquiry_answers import Said, answer
from helpdesk.services.lifecycle import solve_ticket
from helpdesk.services.retraction import take_reply_back
from tests.escalations.contracts import make_stage
from tests.escalations.hooks import (
    make_endpoint,
    told,
)
from tests.escalations.inquiring import make_department, make_inquiry
from tests.escalations.making import make_clock
from tests.factories import MONDAY, make_identity, make_note, make_reply, make_ticket, make_user

CANARY = "kanarienvogel"


def body_of(delivery) -> dict:
    return json.loads(delivery.body)


def test_an_event_is_told_an_endpoint_once(db):
    endpoint = make_endpoint()
    make_ticket()
    row = WebhookDelivery.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        WebhookDelivery.objects.create(
            endpoint=endpoint, event=row.event, source=row.source, body="{}", created_at=MONDAY
        )


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
