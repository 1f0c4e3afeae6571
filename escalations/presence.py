"""Whether somebody is there to be told. Pure: no queries, no clock, no settings."""

from datetime import datetime
from enum import IntEnum

from helpdesk.notification_times import Reader


class Presence(IntEnum):
    """The more, the sooner they read it."""

    ON_LEAVE = 0
    OFF_HOURS = 1
    AT_WORK = 2


def presence(reader: Reader, *, at: datetime) -> Presence:
    """Return where the person is; who wrote down no hours is at work on any day without leave."""
    if reader.is_away(at):
        return Presence.ON_LEAVE
    local = at.astimezone(reader.zone)
    minute = local.hour * 60 + local.minute
    is_working = not reader.week or any(
        block.weekday == local.weekday() and block.starts_minute <= minute < block.ends_minute
        for block in reader.week
    )
    return Presence.AT_WORK if is_working else Presence.OFF_HOURS
