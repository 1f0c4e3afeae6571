"""Moments as people and programs write them. Pure; no clock."""

from datetime import UTC, datetime
from datetime import tzinfo as Zone  # noqa: N812

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

YEARS = range(2000, 2101)


class NoMoment(ValueError):
    """The sentence says what is possible."""


def read_moment(text: str, *, zone: Zone) -> datetime:
    """Return the moment in UTC; without an offset it is what clocks show in ``zone``.

    :raises NoMoment: for anything that is not one of the years 2000 to 2100.
    """
    try:
        read = parse_datetime(text.strip()) if text.isascii() and len(text) <= 40 else None
        if read is None or read.year not in YEARS:
            raise ValueError
        aware = read if read.tzinfo else read.replace(tzinfo=zone)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NoMoment(_("Give a moment as 2026-06-05T16:40.")) from error
