"""Clocks follow the acts on a ticket, in the transaction of each act."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.models import ClockState, Metric, SLAClock, SLAEvent
from escalations.services.clocks import NothingWaits, ReasonNeeded, exempt_clock, rebuild
from escalations.services.enforcement import sweep
from escalations.services.policies import create_policy
from helpdesk.models import Channel, IdentityKind, Priority
from helpdesk.services.assignment import claim_ticket
from helpdesk.services.conversation import reply
from helpdesk.services.customers import identify_customer, set_tags
from helpdesk.services.lifecycle import change_status, reopen_ticket, solve_ticket
from helpdesk.services.merging import merge_ticket, unmerge_ticket
from helpdesk.services.opening import open_ticket
from helpdesk.services.retraction import take_reply_back
from helpdesk.services.triage import change_priority
from tests.escalations.plans import draft, make_calendar, make_policy, manager, target
from tests.factories import MONDAY, customer_writes, make_ticket, make_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
DAY = 24 * HOUR
ALL = {
    "first_reply": target(4 * 3600),
    "next_reply": target(2 * 3600),
    "resolution": target(48 * 3600),
}


@pytest.fixture
def policy():
    return make_policy(targets=ALL)


@pytest.fixture
def agent():
    return make_user()


def answer(ticket, *, by, at, then=""):
    ticket.refresh_from_db()
    return reply(ticket.pk, text="On its way.", seen=ticket.last_event, by=by, at=at, then=then)


def the_clock(ticket, metric) -> SLAClock:
    return SLAClock.objects.filter(ticket=ticket, metric=metric).latest("pk")


def stands(ticket) -> dict:
    """The newest clock of each metric: state, and deadline in hours after MONDAY."""
    found = {}
    for clock in SLAClock.objects.filter(ticket=ticket).order_by("pk"):
        hours = clock.due_at and (clock.due_at - MONDAY) / HOUR
        found[clock.metric] = (clock.state, hours)
    return found


def amazon_ticket(at=MONDAY):
    identity = identify_customer(
        kind=IdentityKind.AMAZON, value="a1b2@marketplace.amazon.example", name="Ann", at=at
    )
    return open_ticket(
        requester=identity.customer,
        identity=identity,
        subject="Where is it",
        text="?",
        channel=Channel.AMAZON,
        at=at,
    )


def test_opening_a_ticket_starts_what_was_promised(policy):
    ticket = make_ticket()

    assert stands(ticket) == {"first_reply": ("running", 4), "resolution": ("running", 48)}
    ticket.refresh_from_db()
    assert ticket.due_at == MONDAY + 4 * HOUR


@pytest.mark.parametrize("policies", [1, 5])
def test_opening_costs_two_statements_more(policies):
    identity = make_ticket().identity
    make_ticket(identity=identity)
    with CaptureQueriesContext(connection) as without:
        make_ticket(identity=identity)
    for number in range(policies):
        conditions = {} if number == policies - 1 else {"priority": ["urgent"]}
        make_policy(f"Policy {number}", conditions=conditions, targets=ALL)
    with CaptureQueriesContext(connection) as started:
        make_ticket(identity=identity, team=None)

    # Without policies the one question is asked already, and nothing is written.
    assert len(started) == len(without) + 1
    assert len([each for each in started if "escalations_sla" in each["sql"]]) == 2
    assert SLAClock.objects.count() == 2


def test_a_reply_stops_the_first_reply_clock(policy, agent):
    ticket = make_ticket()

    answer(ticket, by=agent, at=MONDAY + HOUR, then="pending")

    clock = the_clock(ticket, Metric.FIRST_REPLY)
    assert (clock.state, clock.stopped_at, clock.stopped_by) == (
        ClockState.FULFILLED, MONDAY + HOUR, agent,
    )  # fmt: skip
    assert the_clock(ticket, Metric.RESOLUTION).state == ClockState.PAUSED
    ticket.refresh_from_db()
    assert ticket.due_at is None


def test_a_late_reply_is_late_though_nobody_swept(policy, agent):
    ticket = make_ticket()

    answer(ticket, by=agent, at=MONDAY + 5 * HOUR)

    clock = the_clock(ticket, Metric.FIRST_REPLY)
    assert (clock.breached_at, clock.late_by) == (MONDAY + 4 * HOUR, HOUR)
    event = SLAEvent.objects.get()
    assert (event.step, event.at, event.recorded_at) == (
        "breach", MONDAY + 4 * HOUR, MONDAY + 5 * HOUR,
    )  # fmt: skip


def test_a_reply_that_a_sweep_overtook_was_in_time(policy, agent):
    ticket = make_ticket()
    sweep(at=MONDAY + 4 * HOUR + timedelta(seconds=1))
    assert the_clock(ticket, Metric.FIRST_REPLY).breached_at is not None

    answer(ticket, by=agent, at=MONDAY + 4 * HOUR)

    assert the_clock(ticket, Metric.FIRST_REPLY).breached_at is None
    event = SLAEvent.objects.get()
    assert event.carried_out_at == MONDAY + 4 * HOUR and "withdrawn" in event.outcome
    assert rebuild(ticket) == []


def test_the_next_reply_counts_from_the_first_unanswered_message(policy, agent):
    ticket = make_ticket()
    answer(ticket, by=agent, at=MONDAY + HOUR)

    customer_writes(ticket, at=MONDAY + 2 * HOUR)
    customer_writes(ticket, at=MONDAY + 3 * HOUR)

    assert stands(ticket)["next_reply"] == ("running", 4)
    assert SLAClock.objects.filter(metric=Metric.NEXT_REPLY).count() == 1


def test_amazons_clock_runs_through_everything_but_an_answer(agent):
    make_calendar()
    ticket = amazon_ticket(at=MONDAY + 4 * DAY + 12 * HOUR)

    change_status(ticket.pk, status="pending", by=agent, at=ticket.opened_at + HOUR)

    clock = the_clock(ticket, Metric.CHANNEL_REPLY)
    assert (clock.state, clock.due_at) == (ClockState.RUNNING, ticket.opened_at + DAY)
    assert [moment for _, moment in clock.pending_steps] == [
        (clock.due_at - 4 * HOUR).isoformat(),
        (clock.due_at - HOUR).isoformat(),
        clock.due_at.isoformat(),
    ]


def test_no_response_needed_ends_what_waits_and_says_why(policy, agent):
    ticket = amazon_ticket()

    exempt_clock(ticket.pk, reason="Only says thanks", by=agent, at=MONDAY + HOUR)

    clock = the_clock(ticket, Metric.CHANNEL_REPLY)
    assert (clock.state, clock.stop_reason, clock.stopped_by) == (
        ClockState.EXEMPT, "Only says thanks", agent,
    )  # fmt: skip
    assert the_clock(ticket, Metric.RESOLUTION).state == ClockState.RUNNING
    with pytest.raises(NothingWaits):
        exempt_clock(ticket.pk, reason="Again", by=agent, at=MONDAY + HOUR)
    with pytest.raises(ReasonNeeded):
        exempt_clock(ticket.pk, reason=" ", by=agent, at=MONDAY + HOUR)


def test_another_policy_promises_from_the_start_but_not_before_the_change(policy, agent):
    faster = draft(conditions={"priority": ["urgent"]}, targets={"first_reply": target(3600)})
    urgent = create_policy(name="Urgent", draft=faster, position=1, by=manager(), at=MONDAY)
    ticket, early = make_ticket(), make_ticket()

    change_priority(ticket.pk, priority=Priority.URGENT, by=agent, at=MONDAY + 2 * HOUR)
    change_priority(early.pk, priority=Priority.URGENT, by=agent, at=MONDAY + HOUR / 2)

    assert stands(ticket)["first_reply"] == ("running", 2)
    assert stands(early)["first_reply"] == ("running", 1)
    clock = the_clock(ticket, Metric.FIRST_REPLY)
    assert clock.policy_version == urgent.current and len(clock.terms) == 2
    assert the_clock(ticket, Metric.RESOLUTION).policy_version == policy.current


def test_tagging_a_customer_asks_the_policies_again_for_what_is_open_of_theirs(policy):
    manager_ = manager()
    faster = draft(
        conditions={"customer_tags": ["key account"]}, targets={"first_reply": target(3600)}
    )
    create_policy(name="Key accounts", draft=faster, position=1, by=manager_, at=MONDAY)
    theirs, others = make_ticket(), make_ticket()

    set_tags(theirs.requester_id, tags=["Key account"], by=manager_, at=MONDAY + HOUR / 2)

    assert stands(theirs)["first_reply"] == ("running", 1)
    assert stands(others)["first_reply"] != ("running", 1)


def test_merging_hands_over_who_waits_and_undoing_it_gives_back(policy, agent):
    source, target_ticket = make_ticket(), make_ticket(at=MONDAY + HOUR)
    answer(target_ticket, by=agent, at=MONDAY + 2 * HOUR)

    merge_ticket(source.pk, into=target_ticket.pk, by=agent, at=MONDAY + 3 * HOUR)

    assert stands(source) == {"first_reply": ("ended", 4), "resolution": ("ended", 48)}
    assert stands(target_ticket)["next_reply"] == ("running", 2)

    unmerge_ticket(source.pk, by=agent, at=MONDAY + 3.5 * HOUR)

    assert stands(source) == {"first_reply": ("running", 4.5), "resolution": ("running", 48.5)}
    assert stands(target_ticket)["next_reply"][0] == "ended"
    assert rebuild(source) == rebuild(target_ticket) == []


def test_a_reply_taken_back_was_never_given(policy, agent, settings):
    settings.UNDO_SEND_SECONDS = 10
    ticket = make_ticket()
    message = answer(ticket, by=agent, at=MONDAY + HOUR, then="solved")

    take_reply_back(message.pk, by=agent, at=MONDAY + HOUR + timedelta(seconds=5))

    assert stands(ticket)["first_reply"][0] == "running"
    assert rebuild(ticket) == []


def test_reopening_goes_on_with_what_was_left(policy, agent):
    ticket = make_ticket()
    solve_ticket(ticket.pk, by=agent, at=MONDAY + HOUR)
    assert stands(ticket) == {"first_reply": ("ended", 4), "resolution": ("fulfilled", 48)}

    reopen_ticket(ticket.pk, by=agent, at=MONDAY + 11 * HOUR)

    assert stands(ticket) == {"first_reply": ("running", 14), "resolution": ("running", 58)}


def test_claiming_costs_the_clocks_nothing(policy, agent):
    ticket = make_ticket()
    with CaptureQueriesContext(connection) as queries:
        claim_ticket(ticket.pk, by=agent, at=MONDAY)

    assert not [each for each in queries if "slaclock" in each["sql"]]


def test_a_reply_with_a_status_reads_the_timeline_once(policy, agent):
    ticket = make_ticket()
    with CaptureQueriesContext(connection) as queries:
        answer(ticket, by=agent, at=MONDAY, then="pending")

    told = [each["sql"] for each in queries if "escalations_sla" in each["sql"]]
    assert len(told) == 2


def test_a_row_that_is_not_what_the_timeline_says_is_found_and_repaired(policy):
    ticket = make_ticket()
    SLAClock.objects.filter(metric=Metric.FIRST_REPLY).update(due_at=MONDAY + 9 * HOUR)
    told = StringIO()

    with pytest.raises(CommandError, match="not what the timeline says"):
        call_command("rebuild_clocks", stdout=told)
    call_command("rebuild_clocks", ticket.pk, "--repair", stdout=told)
    call_command("rebuild_clocks", stdout=told)

    assert f"ticket {ticket.pk}, clock" in told.getvalue()
    assert stands(ticket)["first_reply"] == ("running", 4)
    ticket.refresh_from_db()
    assert ticket.due_at == MONDAY + 4 * HOUR


def test_a_deadline_is_explained_on_the_command_line(policy, agent):
    ticket = make_ticket()
    answer(ticket, by=agent, at=MONDAY + HOUR, then="pending")
    told = StringIO()

    call_command("explain_deadline", ticket.pk, "first_reply", stdout=told)
    call_command("explain_deadline", ticket.pk, stdout=told)

    assert "by Everybody, version 1" in told.getvalue()
    assert "4:00:00 of 4:00:00 counted: due Mon 2 Mar, 13:00" in told.getvalue()
    assert "1:00:00 of 2 days, 0:00:00 counted, 1 day, 23:00:00 left" in told.getvalue()
    with pytest.raises(CommandError, match="No such clock"):
        call_command("explain_deadline", 0)
