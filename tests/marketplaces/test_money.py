from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplaces.money import CurrencyMismatch, InvalidAmount, Money

CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "KWD"])
MINOR = st.integers(-(10**12), 10**12)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("12.50", "EUR", 1250), ("12.5", "EUR", 1250), ("100", "JPY", 100), ("1.234", "KWD", 1234),
     (Decimal("0.1"), "USD", 10), ("-3", "EUR", -300)],
)  # fmt: skip
def test_an_amount_is_read_in_minor_units(amount, currency, minor):
    assert Money.parse(amount, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [("1.234", "EUR"), ("1.5", "JPY"), ("twelve", "EUR"), ("", "EUR"), ("NaN", "EUR"),
     ("Infinity", "USD"), ("1e400", "EUR"), ("1e17", "EUR"), ("5", "EURO"), ("5", "eur")],
)  # fmt: skip
def test_what_is_no_amount_of_the_currency_is_refused(amount, currency):
    with pytest.raises(InvalidAmount):
        Money.parse(amount, currency)


@given(MINOR, MINOR, CURRENCIES)
def test_sums_are_exact(left, right, currency):
    total = Money(left, currency) + Money(right, currency)

    assert total - Money(right, currency) == Money(left, currency)
    assert total.amount == Money(left, currency).amount + Money(right, currency).amount


@given(MINOR, CURRENCIES)
def test_an_amount_survives_being_written_and_read(minor, currency):
    money = Money(minor, currency)

    assert Money.parse(str(money.amount), currency) == money


@pytest.mark.parametrize("act", [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b])
def test_two_currencies_are_never_mixed(act):
    with pytest.raises(CurrencyMismatch):
        act(Money(1, "EUR"), Money(100, "JPY"))
