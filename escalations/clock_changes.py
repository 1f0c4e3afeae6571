"""When the clocks of a time zone jump. Pure.

Between two jumps local time is UTC plus a constant, so wall hours become instants by a subtraction
there: an hour that is skipped then has no instants and one that is repeated has them twice.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY_S = 24 * 60 * 60
#: Changes are looked up for so many days at a time.
STRETCH_S = 32 * DAY_S

#: How often a zone is asked. No zone has changed twice within six days since 1971: the closest two
#: changes are those of Brazil's north-east in October 2000, a week apart.
_LOOK_S = 4 * DAY_S


class ConstantOffset(NamedTuple):
    """From ``since`` until before ``until`` local time is UTC plus ``offset``; all in seconds."""

    since: int
    until: int
    offset: int


@lru_cache(maxsize=8192)
def offsets_in_stretch(zone: str, number: int) -> tuple[ConstantOffset, ...]:
    """Return the constant offsets of one stretch of 32 days, without gaps."""
    place = ZoneInfo(zone)
    begins, ends = number * STRETCH_S, (number + 1) * STRETCH_S
    found = [begins]
    offset = _offset(place, begins)
    for look in range(begins + _LOOK_S, ends + 1, _LOOK_S):
        if (seen := _offset(place, look)) != offset:
            found.append(_jump(place, look - _LOOK_S, look))
            offset = seen
    inside = [moment for moment in found if moment < ends]
    return tuple(
        ConstantOffset(since, until, _offset(place, since))
        for since, until in zip(inside, [*inside[1:], ends], strict=True)
    )


def offsets_between(zone: str, since: int, until: int) -> Iterator[ConstantOffset]:
    """Yield the constant offsets from ``since`` until ``until``; every two neighbours differ."""
    held = None
    for number in range(since // STRETCH_S, -(-until // STRETCH_S)):
        for each in offsets_in_stretch(zone, number):
            begins, ends = max(each.since, since), min(each.until, until)
            if held and held.offset == each.offset:
                held = held._replace(until=max(ends, held.until))
            elif begins < ends:
                if held:
                    yield held
                held = ConstantOffset(begins, ends, each.offset)
    if held:
        yield held


def _jump(place: ZoneInfo, low: int, high: int) -> int:
    """Return the first second with the later offset; ``low`` still has the earlier one."""
    before = _offset(place, low)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(place, middle) == before:
            low = middle
        else:
            high = middle
    return high


def _offset(place: ZoneInfo, second: int) -> int:
    offset = datetime.fromtimestamp(second, place).utcoffset()
    return offset.days * DAY_S + offset.seconds
