"""Keyset paging: page 400 costs what page 1 costs, and a new ticket shifts nothing.

A cursor holds the sort values of the last row seen; the next page is what sorts after them.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Key:
    """One sort column. Empty values stand last, whichever way the column runs."""

    field: str
    is_descending: bool = False
    is_nullable: bool = False

    def order(self, reverse: bool):
        column, is_descending = F(self.field), self.is_descending != reverse
        # Only said where it matters: an index on a plain column has no word about empty values.
        nulls = {"nulls_first" if reverse else "nulls_last": True} if self.is_nullable else {}
        return column.desc(**nulls) if is_descending else column.asc(**nulls)

    def same(self, value) -> Q:
        return Q(**{f"{self.field}__isnull": True}) if value is None else Q(**{self.field: value})

    def beyond(self, value, reverse: bool) -> Q | None:
        """Rows that sort after the value; None where nothing can."""
        if value is None:
            return Q(**{f"{self.field}__isnull": False}) if reverse else None
        step = "lt" if self.is_descending != reverse else "gt"
        beyond = Q(**{f"{self.field}__{step}": value})
        if self.is_nullable and not reverse:
            beyond |= Q(**{f"{self.field}__isnull": True})
        return beyond


@dataclass(frozen=True)
class Page:
    rows: list
    next_cursor: str
    previous_cursor: str


class InvalidCursor(ValueError):
    """The cursor was not made here, or for another order."""


def page_of(queryset: QuerySet, *, keys: tuple[Key, ...], size: int, cursor: str = "") -> Page:
    """Return up to ``size`` rows behind (or, for a previous-cursor, before) the cursor.

    :raises InvalidCursor: for a cursor of another order or a changed one.
    """
    values, reverse = _read(cursor, keys) if cursor else (None, False)
    if values is not None:
        queryset = queryset.filter(_beyond(keys, values, reverse))
    rows = list(queryset.order_by(*(key.order(reverse) for key in keys))[: size + 1])
    has_more, rows = len(rows) > size, rows[:size]
    if reverse:
        rows.reverse()
    has_next = bool(rows) and (has_more or reverse)
    has_previous = bool(rows) and (has_more if reverse else bool(cursor))
    return Page(
        rows=rows,
        next_cursor=_write(keys, rows[-1], reverse=False) if has_next else "",
        previous_cursor=_write(keys, rows[0], reverse=True) if has_previous else "",
    )


def _beyond(keys: tuple[Key, ...], values: list, reverse: bool) -> Q:
    condition, same = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        beyond = key.beyond(value, reverse)
        if beyond is not None:
            condition |= same & beyond
        same &= key.same(value)
    return condition


def _write(keys: tuple[Key, ...], row, *, reverse: bool) -> str:
    values = [getattr(row, key.field) for key in keys]
    values = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    names = [key.field for key in keys]
    return signing.dumps([names, values, reverse], salt="helpdesk.paging", compress=True)


def _read(cursor: str, keys: tuple[Key, ...]) -> tuple[list, bool]:
    try:
        names, values, reverse = signing.loads(cursor, salt="helpdesk.paging")
    except (signing.BadSignature, ValueError) as error:
        raise InvalidCursor(_("This page link is not valid any more.")) from error
    if names != [key.field for key in keys]:
        raise InvalidCursor(_("This page link belongs to another order."))
    return values, reverse
