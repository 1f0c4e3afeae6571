"""On which days somebody is reminded of an action. Pure."""

from datetime import date, timedelta

#: Days after the due day; then once a week.
FIRST_DAYS = (0, 1, 3, 7)
THEN_EVERY = 7


def is_reminder_owed(due_on: date, reminded_on: date | None, *, today: date) -> bool:
    """Test whether a reminder's day has come since the last one: on the due day, then rarer.

    A day that was missed, because nothing ran, is made up for once.
    """
    last = last_reminder_day(due_on, today=today)
    return last is not None and (reminded_on is None or reminded_on < last)


def last_reminder_day(due_on: date, *, today: date) -> date | None:
    """Return the newest day, up to today, on which one is reminded; None before the due day."""
    late = (today - due_on).days
    if late < 0:
        return None
    longest = FIRST_DAYS[-1]
    if late >= longest:
        return due_on + timedelta(days=late - (late - longest) % THEN_EVERY)
    return due_on + timedelta(days=max(day for day in FIRST_DAYS if day <= late))
