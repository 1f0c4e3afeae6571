"""Reading what a marketplace answered. A malformed answer is a fault of the day, not a bug of ours.

The error that is raised holds no word of the answer, nor the exception that does: an answer is full
of names and addresses, and errors end in logs.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from xml.etree.ElementTree import ParseError

import httpx

from marketplaces.gateways.base import OutcomeUnknown, TryLater
from marketplaces.money import CurrencyMismatch, InvalidAmount

T = TypeVar("T")

#: What a mapping raises when the form is another than documented.
UNREADABLE = (
    ArithmeticError,
    AttributeError,
    CurrencyMismatch,
    InvalidAmount,
    LookupError,
    ParseError,
    TypeError,
    ValueError,
)


def read(
    operation: str, mapping: Callable[[Any], T], answer: Any, *, changed_something: bool = False
) -> T:
    """Return what ``mapping`` makes of the answer.

    :raises TryLater: if it is not in the documented form.
    :raises OutcomeUnknown: the same, after a call that changed something.
    """
    try:
        return mapping(answer)
    except UNREADABLE as error:
        kind = type(error).__name__
    words = f"the answer is not in the documented form ({kind})"
    raise (OutcomeUnknown if changed_something else TryLater)(operation, words)


def read_json(
    operation: str, response: httpx.Response, *, changed_something: bool = False
) -> dict[str, Any]:
    """Return the object a response holds; the same errors as :func:`read`."""
    return read(operation, _object_of, response, changed_something=changed_something)


def read_each(
    operation: str,
    mapping: Callable[[Any], T],
    answers: Iterable[Any],
    *,
    reference: Callable[[Any], str],
) -> tuple[tuple[T, ...], tuple[str, ...]]:
    """Return what could be read, and the references of what could not.

    :raises TryLater: if not even the reference of one can be read.
    """
    items, unread = [], []
    for answer in read(operation, list, answers):
        try:
            items.append(mapping(answer))
        except UNREADABLE:
            unread.append(answer)
    return tuple(items), tuple(str(read(operation, reference, answer)) for answer in unread)


def moment(text: str | None) -> datetime | None:
    """Read ISO 8601 as an aware moment in UTC; nothing stays nothing.

    :raises ValueError: for another form, or a time without its offset.
    """
    if not text:
        return None
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without its offset")
    return at.astimezone(UTC)


def moment_of_ms(milliseconds: int | None) -> datetime | None:
    """Read milliseconds since 1970 as a moment in UTC; nothing stays nothing."""
    if milliseconds is None:
        return None
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(milliseconds))


def needed(text: str | None) -> datetime:
    """Like :func:`moment`, for a time without which the thing makes no sense."""
    at = moment(text)
    if at is None:
        raise ValueError("a time is missing")
    return at


def _object_of(response: httpx.Response) -> dict[str, Any]:
    found = response.json(parse_float=Decimal)
    if not isinstance(found, dict):
        raise TypeError("not an object")
    return found
