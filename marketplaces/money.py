"""Money: whole minor units and an ISO 4217 currency. Never a float, never without currency."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import total_ordering

from babel.numbers import format_currency, get_currency_precision, list_currencies
from django.utils.translation import gettext as _

#: Fits a PostgreSQL bigint with room for sums of a thousand rows.
LARGEST_MINOR = 10**15


class CurrencyMismatch(ValueError):
    """Two currencies met where one was meant."""


class InvalidAmount(ValueError):
    """Text that is no amount of the currency, or has more decimals than it knows."""


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents for EUR, yen for JPY)."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, amount: str | int | Decimal, currency: str) -> "Money":
        """Read a decimal amount, e.g. ``"12.50"``.

        :raises InvalidAmount: for text that is no number, too many decimals, an amount no shop
            has, or an unknown currency.
        """
        if currency not in list_currencies():
            raise InvalidAmount(
                _("“%(currency)s” is not an ISO 4217 currency, e.g. EUR.") % {"currency": currency}
            )
        digits = get_currency_precision(currency)
        try:
            scaled = Decimal(str(amount)).scaleb(digits)
        except InvalidOperation as error:
            raise InvalidAmount(
                _("“%(amount)s” is not an amount, e.g. 12.50.") % {"amount": amount}
            ) from error
        if not scaled.is_finite() or scaled != scaled.to_integral_value():
            raise InvalidAmount(
                _("%(currency)s has %(digits)d decimals; “%(amount)s” does not fit.")
                % {"currency": currency, "digits": digits, "amount": amount}
            )
        if abs(scaled) > LARGEST_MINOR:
            raise InvalidAmount(
                _("“%(amount)s” is larger than any amount here.") % {"amount": amount}
            )
        return cls(int(scaled), currency)

    @property
    def amount(self) -> Decimal:
        return Decimal(self.minor).scaleb(-get_currency_precision(self.currency))

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} cannot be mixed.")
        return other.minor

    def format(self, locale: str = "en_US") -> str:
        return format_currency(self.amount, self.currency, locale=locale)

    def __str__(self) -> str:
        return self.format()
