"""A step that always raises: it waits longer each time, is seen, and holds up no other."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import Role
from escalations.models import SLAEvent
from escalations.services import alerts, carrying_out
from escalations.services.carrying_out import WAITS, carry_out_waiting, wait_after
from escalations.services.enforcement import sweep
from escalations.services.failing_steps import StepIsDone, try_again
from helpdesk.models import TimelineKind
from tests.api.world import token_for
from tests.concurrency import all_at_once
from tests.escalations.making import HOUR, make_clock
from tests.factories import MONDAY, make_ticket, make_user

pytestmark = pytest.mark.django_db
DUE = MONDAY + HOUR
LATER = DUE + timedelta(minutes=1)
NOBODYS = 987654321


def caller_as(user) -> APIClient:
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(user)}")
    return caller


@pytest.fixture
def broken():
    """The only step of a clock, a warning by a policy version that is not there."""
    clock = make_clock(make_ticket(), due_at=DUE, steps=[(f"warning:{NOBODYS}:0", DUE - HOUR)])
    sweep(at=LATER)
    return SLAEvent.objects.get(clock=clock)


def test_each_failure_is_counted_and_waits_longer_up_to_an_hour(broken):
    at = LATER
    for attempt in range(1, 10):
        assert carry_out_waiting(at=at) == 0
        broken.refresh_from_db()
        assert (broken.attempts, broken.next_attempt_at) == (attempt, at + wait_after(attempt - 1))
        assert "SLAPolicyVersion" in broken.error
        carry_out_waiting(at=broken.next_attempt_at - timedelta(seconds=1))
        broken.refresh_from_db()
        assert broken.attempts == attempt
        at = broken.next_attempt_at

    assert wait_after(99) == timedelta(hours=1)
    assert sorted(WAITS) == list(WAITS)


def test_what_never_failed_goes_before_all_that_has(broken, monkeypatch):
    carry_out_waiting(at=LATER)
    again = LATER + wait_after(0)
    whole = make_clock(make_ticket(), due_at=again)
    sweep(at=again + HOUR)

    monkeypatch.setattr(carrying_out, "MOST_ATTEMPTS", 1)
    assert carry_out_waiting(at=again + HOUR) == 1

    assert SLAEvent.objects.get(clock=whole).carried_out_at == again + HOUR


def test_a_hundred_that_fail_hold_up_none_behind_them():
    for _ in range(100):
        make_clock(make_ticket(), due_at=DUE, steps=[(f"warning:{NOBODYS}:0", DUE - HOUR)])
    whole = make_clock(make_ticket(), due_at=DUE)
    sweep(at=LATER)

    assert carry_out_waiting(at=LATER) == 1
    assert SLAEvent.objects.get(clock=whole).carried_out_at == LATER
    assert SLAEvent.objects.failing().count() == 100


def test_an_attempt_that_took_its_process_with_it_is_counted_too(broken, monkeypatch):
    def die(*args, **kwargs):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(carrying_out, "_carry_out", die)
        for at in (LATER, LATER + HOUR):
            with pytest.raises(SystemExit):
                carry_out_waiting(at=at)

    broken.refresh_from_db()
    assert (broken.attempts, broken.error) == (2, "")
    assert list(SLAEvent.objects.failing()) == [broken]


@pytest.mark.django_db(transaction=True)
def test_a_slow_step_is_not_begun_again_when_its_next_attempt_would_be_due(monkeypatch):
    """Fails without the lock that is held while a step is carried out."""
    ticket = make_ticket()
    make_clock(ticket, due_at=DUE)
    sweep(at=LATER)
    tell, others = alerts.tell, []

    def try_again():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '3s'")
        return carry_out_waiting(at=LATER + wait_after(0))

    def be_slow(*args, **facts):
        others.extend(all_at_once([try_again]))
        return tell(*args, **facts)

    with monkeypatch.context() as patch:
        patch.setattr(alerts, "tell", be_slow)
        assert carry_out_waiting(at=LATER) == 1

    assert others == [0]
    assert ticket.timeline.filter(kind=TimelineKind.SLA_BREACHED).count() == 1


def test_once_it_is_mended_it_is_carried_out_and_no_longer_failing(broken, monkeypatch):
    carry_out_waiting(at=LATER)
    SLAEvent.objects.filter(pk=broken.pk).update(step="warning:usual:0")

    assert carry_out_waiting(at=LATER + HOUR) == 1
    assert not SLAEvent.objects.failing().exists()


def test_a_step_that_was_tried_has_a_next_attempt(broken):
    with pytest.raises(IntegrityError, match="sla_event_tried_has_a_next_attempt"):
        SLAEvent.objects.filter(pk=broken.pk).update(attempts=1)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMIN])
def test_who_looks_after_clocks_sees_it_and_has_it_tried_at_once(client, broken, role):
    carry_out_waiting(at=LATER)
    client.force_login(make_user(role))

    page = client.get(reverse("escalations:failing_steps")).content.decode()
    board = client.get(reverse("escalations:board")).content.decode()
    done = client.post(reverse("escalations:try_step_again", args=[broken.pk]))

    assert "SLAPolicyVersion" in page and f"/tickets/{broken.clock.ticket_id}/" in page
    assert reverse("escalations:failing_steps") in board
    assert done.status_code == 302
    broken.refresh_from_db()
    assert broken.next_attempt_at > LATER + wait_after(0)


def test_without_a_failure_nothing_is_said(client):
    client.force_login(make_user(Role.ADMIN))

    assert reverse("escalations:failing_steps") not in client.get("/sla/").content.decode()
    assert "Nothing failed" in client.get(reverse("escalations:failing_steps")).content.decode()


def test_what_is_done_is_not_tried_again(broken):
    SLAEvent.objects.filter(pk=broken.pk).update(step="warning:usual:0")
    carry_out_waiting(at=LATER)

    with pytest.raises(StepIsDone):
        try_again(broken.pk, by=make_user(Role.ADMIN), at=LATER)


@pytest.mark.parametrize("role", [Role.AGENT, Role.SPECIALIST, Role.TEAM_LEAD, Role.COMPLIANCE])
def test_others_see_and_try_nothing(client, broken, role):
    carry_out_waiting(at=LATER)
    client.force_login(make_user(role))

    assert client.get(reverse("escalations:failing_steps")).status_code == 403
    assert client.post(reverse("escalations:try_step_again", args=[broken.pk])).status_code == 403
    assert caller_as(make_user(role)).get("/api/v1/failing-steps/").status_code == 403


def test_rest_says_the_same(broken):
    carry_out_waiting(at=LATER)
    caller = caller_as(make_user(Role.ADMIN))

    (told,) = caller.get("/api/v1/failing-steps/").json()["results"]
    tried = caller.post(f"/api/v1/failing-steps/{broken.pk}/try-again/")

    assert (told["id"], told["attempts"]) == (broken.pk, 1)
    assert "SLAPolicyVersion" in told["error"]
    assert tried.status_code == 200
    SLAEvent.objects.filter(pk=broken.pk).update(carried_out_at=LATER)
    assert caller.post(f"/api/v1/failing-steps/{broken.pk}/try-again/").status_code == 404
