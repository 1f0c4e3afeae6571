"""Amounts as the wires write them: minor units here, decimal text there."""

from decimal import Decimal, InvalidOperation

#: Decimals of currencies that have not two (ISO 4217).
DECIMALS = {"JPY": 0, "KRW": 0}


def text(minor: int, currency: str) -> str:
    """Return e.g. ``"12.50"`` for 1250 USD."""
    digits = DECIMALS.get(currency, 2)
    return f"{Decimal(minor).scaleb(-digits):.{digits}f}"


def number(minor: int, currency: str) -> float | int:
    """Return a JSON number, as Walmart writes amounts."""
    return float(text(minor, currency))


def minor(written: object, currency: str) -> int:
    """Return minor units of what a client wrote.

    :raises ValueError: if it is no amount of the currency.
    """
    try:
        scaled = Decimal(str(written)).scaleb(DECIMALS.get(currency, 2))
    except InvalidOperation:
        raise ValueError(f"{written!r} is no amount") from None
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise ValueError(f"{written!r} is no amount of {currency}")
    return int(scaled)
