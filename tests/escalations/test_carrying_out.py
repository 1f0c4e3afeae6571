"""What follows from a recorded step: written, done and told once, with all or nothing."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from accounts.models import TeamMembership
from escalations.models import ClockState, SLAClock, SLAEvent
from escalations.services import level_acts
from escalations.services.carrying_out import carry_out_waiting, wait_after
from escalations.services.enforcement import sweep
from helpdesk.models import Notification, NotificationKind, Priority, Ticket, TimelineKind
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.lifecycle import solve_ticket
from tests.concurrency import all_at_once, while_uncommitted
from tests.escalations.making import HOUR, make_clock, make_policy_version
from tests.factories import MONDAY, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db(transaction=True)
DUE = MONDAY + HOUR
LATER = DUE + timedelta(minutes=1)


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def lead(team):
    lead = make_user(full_name="Lena Vogt")
    TeamMembership.objects.create(team=team, user=lead, is_lead=True)
    return lead


@pytest.fixture
def mara(team):
    return make_user(team=team, full_name="Mara Lindqvist")


@pytest.fixture
def ticket(team, mara):
    return assign_ticket(make_ticket(team=team).pk, assignee=mara, by=None, at=MONDAY)


def leveled(ticket, *acts, recipients=("lead",)) -> SLAClock:
    """A clock with one level at its deadline that does the acts."""
    level = {"after": 0, "recipients": list(recipients), "acts": list(acts)}
    target = {"seconds": 3600, "time": "calendar", "levels": [level]}
    version = make_policy_version({"approval": target})
    steps = [(f"level:{version.pk}:0", DUE)]
    missed = {"breached_at": DUE, "policy_version": version}
    return make_clock(ticket, due_at=DUE, steps=steps, **missed)


def fulfil(clock, **fields) -> None:
    over = {"state": ClockState.FULFILLED, "stopped_at": LATER} | fields
    SLAClock.objects.filter(pk=clock.pk).update(**over)


def enforce(*, at=LATER) -> None:
    sweep(at=at)
    carry_out_waiting(at=at)


def outcome() -> dict:
    event = SLAEvent.objects.get()
    assert event.carried_out_at == LATER
    return event.outcome


def told() -> list[tuple]:
    lines = Notification.objects.exclude(kind=NotificationKind.ASSIGNED).order_by("user")
    return list(lines.values_list("user__full_name", "kind"))


def entries(ticket) -> list[str]:
    kinds = ticket.timeline.in_order().values_list("kind", flat=True)
    return [kind for kind in kinds if kind.startswith("sla.")]


def test_a_breach_stands_on_the_ticket_and_is_told_to_assignee_and_lead(ticket, mara, lead):
    clock = make_clock(ticket, due_at=DUE)

    enforce()

    entry = ticket.timeline.get(kind=TimelineKind.SLA_BREACHED)
    assert entry.facts["deadline"] == DUE.isoformat()
    assert (entry.facts["metric"], entry.facts["clock"]) == ("approval", clock.pk)
    assert entry.actor is None
    assert set(told()) == {
        ("Mara Lindqvist", NotificationKind.DEADLINE_MISSED),
        ("Lena Vogt", NotificationKind.DEADLINE_MISSED),
    }
    assert outcome()["told"] == sorted([mara.pk, lead.pk])


def test_a_warning_tells_whom_the_policy_names(ticket, mara, lead):
    named = make_user(full_name="Ines Calder")
    TeamMembership.objects.create(team=ticket.team, user=named)
    warning = {"before": 600, "recipients": [{"user": named.pk}]}
    target = {"seconds": 3600, "time": "calendar", "warnings": [warning]}
    version = make_policy_version({"approval": target})
    make_clock(ticket, due_at=DUE + HOUR, steps=[(f"warning:{version.pk}:0", DUE)])

    enforce()

    assert told() == [("Ines Calder", NotificationKind.DEADLINE_NEAR)]
    assert entries(ticket) == [TimelineKind.SLA_WARNED]


def test_carrying_out_again_changes_nothing(ticket):
    make_clock(ticket, due_at=DUE)
    enforce()
    before = (entries(ticket), told(), outcome())

    assert carry_out_waiting(at=LATER + HOUR) == 0
    assert (entries(ticket), told(), outcome()) == before


def test_of_many_who_carry_out_at_once_one_does(ticket):
    make_clock(ticket, due_at=DUE)
    sweep(at=LATER)

    did = all_at_once([partial(carry_out_waiting, at=LATER)] * 6)

    assert sorted(did) == [0, 0, 0, 0, 0, 1]
    assert entries(ticket) == [TimelineKind.SLA_BREACHED]


def test_a_step_somebody_is_at_holds_up_no_other(ticket):
    first, second = make_clock(ticket, due_at=DUE), make_clock(make_ticket(), due_at=DUE)
    sweep(at=LATER)

    with transaction.atomic():
        SLAEvent.objects.select_for_update().get(clock=first)
        (did,) = all_at_once([partial(carry_out_waiting, at=LATER)])

    assert did == 1
    assert SLAEvent.objects.get(clock=second).carried_out_at == LATER


def test_one_that_cannot_be_carried_out_stays_and_holds_up_no_other(ticket):
    steps = [("warning:987654321:0", DUE - HOUR)]
    broken = make_clock(ticket, due_at=DUE, steps=steps)
    whole = make_clock(make_ticket(), due_at=DUE)
    sweep(at=LATER)

    assert carry_out_waiting(at=LATER) == 1
    assert SLAEvent.objects.get(clock=broken).carried_out_at is None
    assert SLAEvent.objects.get(clock=whole).carried_out_at == LATER
    assert entries(ticket) == []


def test_a_warning_of_what_was_met_meanwhile_disturbs_nobody(ticket):
    clock = make_clock(ticket, due_at=DUE + HOUR, steps=[("warning:usual:0", DUE)])
    sweep(at=LATER)
    fulfil(clock)

    carry_out_waiting(at=LATER)

    assert (told(), outcome()) == ([], {"over": "fulfilled"})
    assert entries(ticket) == [TimelineKind.SLA_WARNED]


def test_a_level_of_what_is_done_acts_no_more(ticket):
    clock = leveled(ticket, {"raise_priority": "urgent"})
    sweep(at=LATER)
    fulfil(clock)

    carry_out_waiting(at=LATER)

    ticket.refresh_from_db()
    assert (ticket.priority, told()) == (Priority.NORMAL, [])


def test_it_waits_for_an_act_on_the_ticket_and_sees_what_that_did(ticket):
    clock = leveled(ticket, {"raise_priority": "urgent"})
    sweep(at=LATER)

    def act():
        Ticket.objects.locked(ticket.pk)
        fulfil(clock)

    assert while_uncommitted(act, partial(carry_out_waiting, at=LATER)) == 1
    assert outcome() == {"over": "fulfilled"}


def test_a_breach_that_turns_out_to_be_none_is_told_to_nobody(ticket):
    clock = make_clock(ticket, due_at=DUE)
    sweep(at=LATER)

    def answer_in_time():
        Ticket.objects.locked(ticket.pk)
        fulfil(clock, breached_at=None)

    while_uncommitted(answer_in_time, partial(carry_out_waiting, at=LATER))

    event = SLAEvent.objects.get()
    assert event.step == f"breach:withdrawn:{event.pk}"
    assert event.carried_out_at == LATER
    assert (entries(ticket), told()) == ([], [])


def test_a_level_does_its_acts_in_order(ticket, lead):
    other = make_team(level=2)
    leveled(ticket, {"raise_priority": "urgent"}, {"move_to_team": other.pk})

    enforce()

    ticket.refresh_from_db()
    assert (ticket.priority, ticket.team, ticket.assignee) == (Priority.URGENT, other, None)
    assert [act["done"] for act in outcome()["acts"]] == [True, True]
    acts = ticket.timeline.filter(
        kind__in=[TimelineKind.PRIORITY_CHANGED, TimelineKind.TEAM_CHANGED]
    )
    assert {act.actor for act in acts} == {None}


def test_after_a_move_the_new_teams_lead_is_told(ticket, lead):
    other = make_team(level=2)
    theirs = make_user(full_name="Tom Reyes")
    TeamMembership.objects.create(team=other, user=theirs, is_lead=True)
    leveled(ticket, {"move_to_team": other.pk})

    enforce()

    assert told() == [("Tom Reyes", NotificationKind.DEADLINE_MISSED)]


def test_a_level_can_give_the_ticket_to_the_lead_or_to_nobody(ticket, lead):
    leveled(ticket, {"assign_to": "nobody"}, {"assign_to": "lead"})

    enforce()

    ticket.refresh_from_db()
    assert ticket.assignee == lead


@pytest.mark.parametrize(
    ("act", "why"),
    [
        pytest.param({"raise_priority": "low"}, "normal already", id="priority only rises"),
        pytest.param({"raise_priority": "normal"}, "normal already", id="priority is that"),
        pytest.param({"assign_to": 987654321}, "does not exist", id="nobody of that number"),
        pytest.param({"move_to_team": 987654321}, "does not exist", id="no such team"),
        pytest.param({"assign_to": "lead"}, "No lead", id="a team without a lead"),
    ],
)
def test_an_act_that_is_not_possible_says_why_and_holds_up_nothing(ticket, act, why):
    leveled(ticket, act, {"raise_priority": "high"})

    enforce()

    first, second = outcome()["acts"]
    assert (first["done"], second["done"]) == (False, True)
    assert why in first["why"]


def test_acts_on_a_closed_ticket_are_written_down_and_not_done(ticket, mara):
    leveled(ticket, {"assign_to": "nobody"}, {"move_to_team": make_team().pk})
    solve_ticket(ticket.pk, by=mara, at=MONDAY)
    Ticket.objects.filter(pk=ticket.pk).update(status="closed", closed_at=MONDAY)

    enforce()

    assert [act["done"] for act in outcome().get("acts", [])] in ([False, False], [])


def test_what_dies_on_the_way_leaves_nothing_behind(ticket, monkeypatch):
    leveled(ticket, {"raise_priority": "urgent"})
    sweep(at=LATER)

    def die(*args, **kwargs):
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(level_acts, "do_all", die)
        assert carry_out_waiting(at=LATER) == 0
    assert (entries(ticket), told()) == ([], [])

    assert carry_out_waiting(at=LATER + wait_after(0)) == 1
    assert entries(ticket) == [TimelineKind.SLA_LEVEL]
