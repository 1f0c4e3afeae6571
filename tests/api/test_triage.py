"""Sorting a ticket: what it is about, how bad, how soon, how much, and under which words."""

import pytest

from helpdesk.models import Category, ProductLine
from tests.api.world import make_order

pytestmark = pytest.mark.django_db


def test_sorting_a_ticket(do):
    Category.objects.create(slug="damaged", name="Damaged")
    ProductLine.objects.create(slug="coffee", name="Coffee")
    order = make_order()

    assert do("change-subject", {"subject": "Two of two"})[1]["subject"] == "Two of two"
    assert do("change-priority", {"priority": "urgent"})[1]["priority"] == "urgent"
    assert do("change-severity", {"severity": "critical"})[1]["severity"] == "critical"
    assert do("change-category", {"category": "damaged"})[1]["category"]["name"] == "Damaged"
    shown = do("change-product-line", {"product_line": "coffee"})[1]
    assert shown["product_line"]["name"] == "Coffee"
    assert do("change-order", {"order": order.pk})[1]["order"]["reference"] == order.reference


@pytest.mark.parametrize("act", ["change-category", "change-product-line", "change-order"])
def test_sorting_can_be_taken_back_once(do, act):
    field = act.removeprefix("change-").replace("-", "_")

    status, shown = do(act, {field: None})

    assert (status, shown["code"]) == (409, "nothing_changed")


def test_a_priority_is_spoken_by_name(do):
    status, shown = do("change-priority", {"priority": 4})

    assert status == 400
    assert shown["errors"][0]["field"] == "priority"


@pytest.mark.parametrize(
    "money",
    [
        {"amount": "12.50", "currency": "EUR"},
        {"minor": 1250, "currency": "EUR"},
        {"amount": "12.50", "minor": 1250, "currency": "EUR"},
    ],
)
def test_money_is_an_amount_or_minor_units_with_a_currency(do, money):
    shown = do("change-financial-impact", {"financial_impact": money})[1]

    assert shown["financial_impact"] == {"amount": "12.50", "minor": 1250, "currency": "EUR"}
    assert do("change-financial-impact", {"financial_impact": None})[1]["financial_impact"] is None


def test_money_without_decimals_is_shown_so(do):
    yen = {"amount": "1250", "currency": "JPY"}

    shown = do("change-financial-impact", {"financial_impact": yen})[1]

    assert shown["financial_impact"] == {"amount": "1250", "minor": 1250, "currency": "JPY"}


@pytest.mark.parametrize(
    ("money", "field"),
    [
        ({"amount": "12.505", "currency": "EUR"}, "financial_impact.amount"),
        ({"amount": "12,50", "currency": "EUR"}, "financial_impact.amount"),
        ({"amount": 12.5}, "financial_impact.currency"),
        ({"amount": "1", "currency": "BTC"}, "financial_impact.currency"),
        ({"amount": "1", "currency": "eur"}, "financial_impact.currency"),
        ({"currency": "EUR"}, "financial_impact"),
        ({"amount": "1.00", "minor": 99, "currency": "EUR"}, "financial_impact"),
        ("12.50", "financial_impact"),
    ],
)
def test_money_that_is_none_is_refused_with_its_field(do, money, field):
    status, shown = do("change-financial-impact", {"financial_impact": money})

    assert status == 400
    assert shown["errors"][0]["field"] == field


def test_money_at_stake_is_not_negative(do):
    money = {"amount": "-1.00", "currency": "EUR"}

    status, shown = do("change-financial-impact", {"financial_impact": money})

    assert (status, shown["code"]) == (409, "value_not_possible")


def test_tagging_and_untagging(do):
    assert do("tag", {"tag": "Lot  2611"})[1]["tags"] == ["lot 2611"]
    status, shown = do("tag", {"tag": "LOT 2611"})
    assert (status, shown["code"]) == (409, "tag_refused")
    assert do("untag", {"tag": "lot 2611"})[1]["tags"] == []
