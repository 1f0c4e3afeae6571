"""When a notification goes by mail. Pure: no queries, no clock, no settings.

Times of day are those of the reader's zone. A digest leaves when a block of work begins; who is
away gets one when the first block after the return begins.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.week import Block
from helpdesk.models import MailMode, NotificationKind

#: Whoever looks within this time needs no mail.
TIME_TO_LOOK = timedelta(minutes=5)
#: For somebody who wrote down no working hours: weekdays at 9 and at 14.
USUAL_WEEK = tuple(Block(day, start, start + 180) for day in range(5) for start in (540, 840))
DAYS_LOOKED_AHEAD = 400

#: How somebody hears of a kind who chose nothing.
USUAL_MAIL: dict[str, str] = {
    NotificationKind.ASSIGNED: MailMode.AT_ONCE,
    NotificationKind.MENTIONED: MailMode.AT_ONCE,
    NotificationKind.CUSTOMER_WROTE: MailMode.DIGEST,
    NotificationKind.FOLLOWED: MailMode.NEVER,
    NotificationKind.DEADLINE_NEAR: MailMode.AT_ONCE,
    NotificationKind.DEADLINE_MISSED: MailMode.AT_ONCE,
    NotificationKind.ESCALATED: MailMode.AT_ONCE,
    NotificationKind.ESCALATION_MOVED: MailMode.AT_ONCE,
    NotificationKind.INQUIRY: MailMode.AT_ONCE,
    NotificationKind.ACTION_DUE: MailMode.DIGEST,
    NotificationKind.MAIL_TROUBLE: MailMode.DIGEST,
}


@dataclass(frozen=True)
class Reader:
    """When somebody works: the week, and the days away (both days included)."""

    zone: ZoneInfo
    week: Sequence[Block] = ()
    away: Sequence[tuple[date, date]] = ()

    def is_away(self, at: datetime) -> bool:
        return self.is_away_on(at.astimezone(self.zone).date())

    def is_away_on(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.away)


def mail_due_at(mode: str, *, reader: Reader, at: datetime) -> datetime | None:
    """Return when a notification told at ``at`` goes by mail if it is not read; None for never."""
    if mode == MailMode.NEVER:
        return None
    if mode == MailMode.AT_ONCE and not reader.is_away(at):
        return at + TIME_TO_LOOK
    return next_digest_at(reader, at=at)


def next_digest_at(reader: Reader, *, at: datetime) -> datetime | None:
    """Return the next beginning of a block of work after ``at``; None if none is in sight."""
    today = at.astimezone(reader.zone).date()
    week = sorted(reader.week or USUAL_WEEK)
    for day in (today + timedelta(days=ahead) for ahead in range(DAYS_LOOKED_AHEAD)):
        for start in _starts(week, day, reader):
            if start > at:
                return start
    return None


def _starts(week: Iterable[Block], day: date, reader: Reader) -> list[datetime]:
    if reader.is_away_on(day):
        return []
    minutes = (block.starts_minute for block in week if block.weekday == day.weekday())
    return [
        datetime.combine(day, time(minute // 60, minute % 60), tzinfo=reader.zone).astimezone(
            ZoneInfo("UTC")
        )
        for minute in minutes
    ]
