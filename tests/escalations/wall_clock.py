"""The slow, obviously right way to tell open from closed: look at a wall clock every minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from escalations.opening_hours import Block, Calendar

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def utc(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)


def local(zone: str, *moment: int, fold: int = 0) -> datetime:
    return datetime(*moment, fold=fold, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def minutes(text: str) -> int:
    hours, _, rest = text.partition(":")
    return int(hours) * 60 + int(rest)


def every(days: range | tuple[int, ...], *spans: str) -> tuple[Block, ...]:
    """``every(range(5), "09:00-17:00")``: a block on each of the weekdays for each of the spans."""
    cut = [span.split("-") for span in spans]
    return tuple(Block(day, minutes(a), minutes(b)) for day in days for a, b in cut)


def shows_open(calendar: Calendar, at: datetime) -> bool:
    """Say whether the calendar is open while the wall clock shows what it shows at ``at``."""
    wall = at.astimezone(ZoneInfo(calendar.zone))
    today, minute = wall.date(), wall.hour * 60 + wall.minute
    plans = {day.on: day.hours for day in calendar.exceptions}
    if today in plans:
        return any(h.starts <= minute < _end(h) for h in plans[today])
    if is_holiday(calendar, today):
        return False
    yesterday = today - DAY
    begun_today = [block for block in calendar.week if block.weekday == today.weekday()]
    begun_yesterday = plans.get(
        yesterday, [block for block in calendar.week if block.weekday == yesterday.weekday()]
    )
    return any(h.starts <= minute < _end(h) for h in begun_today) or any(
        minute < _end(h) - 1440 for h in begun_yesterday
    )


def is_holiday(calendar: Calendar, day: date) -> bool:
    return day in dict(calendar.holidays) or (day.month, day.day) in dict(calendar.recurring)


def open_minutes(calendar: Calendar, start: datetime, end: datetime) -> list[datetime]:
    """Return the beginning of every open minute of the span."""
    count = (end - start) // MINUTE
    moments = (start + number * MINUTE for number in range(count))
    return [moment for moment in moments if shows_open(calendar, moment)]


def measured(opened: list[datetime], start: datetime, end: datetime) -> timedelta:
    """Return the length of what the span has of the open minutes."""
    shares = (min(each + MINUTE, end) - max(each, start) for each in opened)
    return sum((share for share in shares if share > timedelta()), timedelta())


def reached(opened: list[datetime], start: datetime, amount: timedelta) -> datetime | None:
    """Return the moment when ``amount`` of open minutes have gone by since ``start``."""
    for each in opened:
        since = max(each, start)
        there = each + MINUTE - since
        if there > timedelta():
            if amount <= there:
                return since + amount
            amount -= there
    return None


def _end(hours) -> int:
    return hours.ends if hours.ends > hours.starts else hours.ends + 1440
