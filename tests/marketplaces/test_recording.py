"""What a marketplace tells is written down once, whole, and never goes back in time."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from marketplaces.gateways.shapes import Component, Fulfilment, OrderState, RefundState
from marketplaces.models import Buyer, Order
from marketplaces.services.buyers import Outcome
from marketplaces.services.recording import record_orders
from tests.concurrency import all_at_once
from tests.factories import MONDAY
from tests.marketplaces.telling import PLACED, kettle, make_store, parcel, refund, told, usd

pytestmark = pytest.mark.django_db


@pytest.fixture
def store():
    return make_store()


def record(store, *orders, at=MONDAY):
    return record_orders(orders, store=store, at=at)


def test_an_order_is_written_with_all_that_was_told(store):
    said = told(refunds=(refund(),), fulfilment=Fulfilment.MARKETPLACE, number="#1001")

    assert record(store, said) == {"5001": Outcome.CREATED}

    order = Order.objects.with_everything().get()
    (line,), (payment,) = order.lines.all(), order.payments.all()
    (sent,), (back,) = order.shipments.all(), order.marketplace_refunds.all()
    assert (order.paid_minor, order.refunded_minor, order.payment) == (6_990, 1_000, "Visa")
    assert (order.fulfilment, str(order), order.changed_at) == ("marketplace", "#1001", PLACED)
    assert (line.item_minor, line.shipping_minor, line.tax_minor) == (5_900, 490, 600)
    assert (payment.amount_minor, back.state) == (6_990, "settled")
    assert [event.place for event in sent.events.all()] == ["Louisville"]
    assert order.buyer.email == "karen@mail.example"


def test_told_twice_it_is_written_once(store):
    record(store, told())

    assert record(store, told(), at=MONDAY + timedelta(days=1)) == {"5001": Outcome.UNCHANGED}
    assert Order.objects.get().imported_at == MONDAY


def test_what_came_back_to_how_it_was_is_not_undone_by_what_was_between(store):
    def version(status, hours):
        return told(status=status, changed_at=PLACED + timedelta(hours=hours))

    record(store, version(OrderState.SHIPPED, 0))
    assert record(store, version(OrderState.SHIPPED, 2)) == {"5001": Outcome.UNCHANGED}
    assert record(store, version(OrderState.PENDING, 1)) == {"5001": Outcome.OLDER}

    assert Order.objects.get().status == "shipped"


def test_what_is_older_than_what_is_known_changes_nothing(store):
    record(store, told(status=OrderState.DELIVERED, changed_at=PLACED + timedelta(hours=2)))

    late = told(status=OrderState.PENDING, changed_at=PLACED + timedelta(hours=1))

    assert record(store, late) == {"5001": Outcome.OLDER}
    assert Order.objects.get().status == "delivered"


def test_of_one_order_told_twice_in_one_answer_the_newer_counts(store):
    newer = told(status=OrderState.DELIVERED, changed_at=PLACED + timedelta(hours=1))

    assert record(store, newer, told()) == {"5001": Outcome.CREATED}
    assert Order.objects.get().status == "delivered"


def test_parts_that_are_no_longer_told_go_and_those_that_stay_keep_their_rows(store):
    both = told(
        lines=(kettle("l-1"), kettle("l-2", sku="LID")), shipments=(parcel("A"), parcel("B"))
    )
    record(store, both)
    lid, second = (
        Order.objects.get().lines.get(sku="LID"),
        Order.objects.get().shipments.get(tracking_number="B"),
    )

    changed = PLACED + timedelta(hours=1)
    turned = told(
        lines=(kettle("l-3", sku="BASE"), kettle("l-2", sku="LID", quantity=2)),
        shipments=(parcel("B", delivered_at=changed),),
        changed_at=changed,
    )
    record(store, turned)

    lines = {line.sku: line for line in Order.objects.get().lines.all()}
    assert lines.keys() == {"LID", "BASE"}
    assert (lines["LID"].pk, lines["LID"].quantity) == (lid.pk, 2)
    (parcel_left,) = Order.objects.get().shipments.all()
    assert (parcel_left.pk, parcel_left.delivered_at) == (second.pk, changed)


def test_a_refund_that_failed_went_nowhere(store):
    failed = refund("r-2", 500, RefundState.FAILED)

    record(store, told(refunds=(refund(), failed)))

    order = Order.objects.get()
    assert order.refunded_minor == 1_000
    assert order.marketplace_refunds.count() == 2


def test_without_payments_what_the_lines_were_charged_is_what_was_paid(store):
    wrapped = kettle(paid={Component.ITEM: usd(5_900), Component.GIFT_WRAP: usd(300)})

    record(store, told(payments=(), lines=(wrapped,)))

    assert Order.objects.get().paid_minor == 6_200
    assert Order.objects.get().lines.get().gift_wrap_minor == 300


def test_an_order_that_tells_less_of_its_buyer_takes_nothing_away(store):
    record(store, told())
    nameless = replace(told().buyer, name="", email="")

    record(store, told("5002", buyer=nameless))

    assert Buyer.objects.get().name == "Karen Whitfield"
    assert Buyer.objects.get().email == "karen@mail.example"


@pytest.mark.django_db(transaction=True)
def test_four_workers_with_the_same_answer_make_one_order_and_one_buyer():
    store = make_store()
    orders = [told(str(number)) for number in range(5)]

    outcomes = all_at_once([lambda: record(store, *orders)] * 4)

    assert sorted(one["0"] for one in outcomes) == ["created", *["unchanged"] * 3]
    assert (Order.objects.count(), Buyer.objects.count()) == (5, 1)


@pytest.mark.parametrize("count", [1, 50])
def test_recording_costs_the_same_statements_however_many_are_told(
    store, count, django_assert_max_num_queries
):
    record(store, *(told(str(number)) for number in range(count)))
    changed = [
        told(str(number), changed_at=PLACED + timedelta(hours=1), status=OrderState.DELIVERED)
        for number in range(count)
    ]

    with django_assert_max_num_queries(24):
        record(store, *changed)


STATES = st.sampled_from(list(OrderState))
HISTORY = st.lists(st.tuples(STATES, st.integers(1, 3), st.integers(0, 3)), min_size=1, max_size=6)


class Histories(TestCase):
    """Every version of an order may come twice, and in any order."""

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(history=HISTORY, chance=st.randoms(use_true_random=False))
    def test_whatever_comes_when_the_newest_version_is_what_stands(self, history, chance):
        store = make_store()
        versions = [
            told(
                status=status,
                lines=tuple(kettle(f"l-{n}") for n in range(lines)),
                refunds=tuple(refund(f"r-{n}", 100) for n in range(refunds)),
                changed_at=PLACED + timedelta(minutes=minute),
            )
            for minute, (status, lines, refunds) in enumerate(history)
        ]
        arriving = versions * 2
        chance.shuffle(arriving)

        for version in arriving:
            record(store, version)

        order, newest = Order.objects.get(), versions[-1]
        assert order.status == newest.status
        assert order.lines.count() == len(newest.lines)
        assert order.refunded_minor == 100 * len(newest.refunds)
