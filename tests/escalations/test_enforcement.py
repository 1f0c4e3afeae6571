"""The sweep: each step once, at its own moment, however late and however many look."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from escalations import events
from escalations.models import SLAClock, SLAEvent
from escalations.services.enforcement import BATCH, NEAR, next_near_step, sweep
from helpdesk.models import Ticket
from tests.concurrency import all_at_once
from tests.escalations.making import HOUR, a_clock, make_clock
from tests.factories import MONDAY, make_ticket

pytestmark = pytest.mark.django_db(transaction=True)
DUE = MONDAY + HOUR
MICROSECOND = timedelta(microseconds=1)
JUST_AFTER = DUE + MICROSECOND


@pytest.fixture
def ticket():
    return make_ticket()


def recorded() -> list[tuple]:
    rows = SLAEvent.objects.order_by("at", "pk")
    return list(rows.values_list("clock", "step", "at", "recorded_at"))


def many_clocks(ticket, count: int) -> list[SLAClock]:
    first = ticket.timeline.in_order().first().pk
    rows = [
        a_clock(ticket, started_by=first, reference=str(number), due_at=DUE)
        for number in range(count)
    ]
    return SLAClock.objects.bulk_create(rows)


def test_a_breach_is_the_deadlines_however_late_it_is_noticed(ticket):
    clock, late = make_clock(ticket, due_at=DUE), DUE + timedelta(days=3)

    sweep(at=late)

    clock.refresh_from_db()
    assert recorded() == [(clock.pk, "breach", DUE, late)]
    assert (clock.breached_at, clock.next_step_at, clock.pending_steps) == (DUE, None, [])


def test_at_the_deadline_an_answer_is_still_in_time(ticket):
    make_clock(ticket, due_at=DUE)

    assert sweep(at=DUE) == 0
    assert sweep(at=JUST_AFTER) == 1


def test_a_clock_goes_from_step_to_step(ticket):
    steps = [("warning:1:0", DUE - HOUR), ("breach", DUE), ("level:1:0", DUE + HOUR)]
    clock = make_clock(ticket, due_at=DUE, steps=steps)

    for moment in (DUE - HOUR, DUE, DUE + HOUR):
        sweep(at=moment + MICROSECOND)
        sweep(at=moment + MICROSECOND)

    assert [(step, at) for _, step, at, _ in recorded()] == steps
    clock.refresh_from_db()
    assert clock.next_step_at is None


def test_everything_missed_meanwhile_is_recorded_at_its_own_moment(ticket):
    steps = [("warning:1:0", DUE - HOUR), ("breach", DUE), ("level:1:0", DUE + HOUR)]
    make_clock(ticket, due_at=DUE, steps=steps)

    sweep(at=DUE + 9 * HOUR)

    assert [(step, at) for _, step, at, _ in recorded()] == steps


def test_a_step_recorded_before_is_not_recorded_again(ticket):
    clock = make_clock(ticket, due_at=DUE)
    sweep(at=JUST_AFTER)
    SLAClock.objects.filter(pk=clock.pk).update(
        pending_steps=[["breach", DUE.isoformat()]], next_step_at=DUE
    )

    sweep(at=DUE + HOUR)

    clock.refresh_from_db()
    assert len(recorded()) == 1
    assert clock.next_step_at is None


def test_the_database_keeps_a_step_single(ticket):
    clock = make_clock(ticket, due_at=DUE)
    sweep(at=JUST_AFTER)

    with pytest.raises(IntegrityError, match="each_step_once_per_clock"), transaction.atomic():
        SLAEvent.objects.create(clock=clock, kind="breach", step="breach", at=DUE, recorded_at=DUE)


def test_a_second_sweep_takes_other_clocks_and_waits_for_none(ticket):
    clocks = many_clocks(ticket, BATCH + 5)

    with transaction.atomic():
        first = sweep(at=JUST_AFTER)
        (second,) = all_at_once([partial(sweep, at=JUST_AFTER)])

    assert (first, second) == (BATCH, 5)
    assert len(recorded()) == len(clocks)


def test_two_sweeps_at_once_record_each_step_once(ticket):
    clocks = many_clocks(ticket, 4 * BATCH)

    took = all_at_once([partial(sweep, at=JUST_AFTER)] * 6)

    assert sum(took) == len(clocks)
    assert sorted(clock for clock, *_ in recorded()) == sorted(clock.pk for clock in clocks)


def test_a_clock_that_an_act_holds_is_left_to_the_act(ticket):
    clock, free = make_clock(ticket, due_at=DUE), make_clock(make_ticket(), due_at=DUE)

    with transaction.atomic():
        SLAClock.objects.select_for_update().get(pk=clock.pk)
        (took,) = all_at_once([partial(sweep, at=JUST_AFTER)])

    assert took == 1
    assert [row[0] for row in recorded()] == [free.pk]


def test_a_sweep_waits_for_no_ticket(ticket):
    make_clock(ticket, due_at=DUE)

    with transaction.atomic():
        Ticket.objects.locked(ticket.pk)
        (took,) = all_at_once([partial(sweep, at=JUST_AFTER)])

    assert took == 1


def test_what_is_recorded_and_what_was_moved_on_stand_or_fall_together(ticket):
    clock = make_clock(ticket, due_at=DUE)

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        sweep(at=JUST_AFTER)
        raise ZeroDivisionError

    clock.refresh_from_db()
    assert (recorded(), clock.next_step_at) == ([], DUE)


def test_a_sweep_takes_as_many_statements_for_one_clock_as_for_a_batch(ticket):
    make_clock(ticket, due_at=DUE)
    with CaptureQueriesContext(connection) as for_one:
        sweep(at=JUST_AFTER)
    many_clocks(ticket, BATCH)
    with CaptureQueriesContext(connection) as for_many:
        sweep(at=JUST_AFTER)

    assert len(for_one) == len(for_many) < 10


def test_whoever_carries_out_is_told_how_much_there_is(ticket):
    many_clocks(ticket, 3)
    told = []

    def listen(count, **kwargs):
        told.append(count)

    events.steps_recorded.connect(listen)
    try:
        sweep(at=JUST_AFTER)
        sweep(at=JUST_AFTER)
    finally:
        events.steps_recorded.disconnect(listen)

    assert told == [3]


def test_the_sweep_reads_what_is_due_and_not_what_is_open(ticket):
    first = ticket.timeline.in_order().first().pk
    rows = (
        a_clock(
            ticket, started_by=first, reference=str(number), due_at=DUE + timedelta(hours=number)
        )
        for number in range(20_000)
    )
    SLAClock.objects.bulk_create(rows, batch_size=5_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE escalations_slaclock")

    for most in (1, 300):
        moment = DUE + timedelta(hours=most - 1)
        due = SLAClock.objects.with_a_step_due(moment).select_for_update(skip_locked=True)
        with transaction.atomic():
            plan = due[:BATCH].explain(analyze=True)
        assert "Index Scan using clock_by_next_step" in plan
        assert "Rows Removed by Filter" not in plan


def test_only_what_comes_soon_wakes_somebody(ticket):
    near = a_clock(ticket, started_by=1, due_at=MONDAY + NEAR)
    nearer = a_clock(ticket, started_by=1, due_at=MONDAY + timedelta(minutes=2))
    far = a_clock(ticket, started_by=1, due_at=MONDAY + NEAR + MICROSECOND)
    over = a_clock(ticket, started_by=1, steps=[])

    assert next_near_step([far, near, nearer, over], at=MONDAY) == nearer.due_at
    assert next_near_step([far, over], at=MONDAY) is None
