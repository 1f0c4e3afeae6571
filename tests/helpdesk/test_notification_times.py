"""When a notification goes by mail. 2 March 2026 is a Monday."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.week import Block
from helpdesk.models import MailMode
from helpdesk.notification_times import Reader, mail_due_at

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = [Block(day, start, start + 240) for day in range(5) for start in (480, 780)]


def utc(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("mode", "away", "told_at", "due"),
    [
        (MailMode.NEVER, [], utc(2, 9), None),
        (MailMode.AT_ONCE, [], utc(2, 9), utc(2, 9, 5)),
        (MailMode.AT_ONCE, [], utc(7, 22), utc(7, 22, 5)),
        (MailMode.DIGEST, [], utc(2, 6), utc(2, 7)),
        (MailMode.DIGEST, [], utc(2, 7), utc(2, 12)),
        (MailMode.DIGEST, [], utc(2, 9), utc(2, 12)),
        (MailMode.DIGEST, [], utc(2, 15), utc(3, 7)),
        (MailMode.DIGEST, [], utc(6, 15), utc(9, 7)),
        (MailMode.AT_ONCE, [(date(2026, 3, 2), date(2026, 3, 3))], utc(2, 9), utc(4, 7)),
        (MailMode.AT_ONCE, [(date(2026, 3, 3), date(2026, 3, 3))], utc(2, 22, 59), utc(2, 23, 4)),
        (MailMode.AT_ONCE, [(date(2026, 3, 3), date(2026, 3, 3))], utc(2, 23), utc(4, 7)),
        (MailMode.AT_ONCE, [(date(2026, 3, 2), date(2026, 3, 6))], utc(4, 9), utc(9, 7)),
        (
            MailMode.DIGEST,
            [(date(2026, 3, 2), date(2026, 3, 4)), (date(2026, 3, 5), date(2026, 3, 6))],
            utc(2, 9),
            utc(9, 7),
        ),
        (MailMode.DIGEST, [], utc(27, 20), utc(30, 6)),
        (MailMode.DIGEST, [(date(2026, 3, 1), date(2028, 3, 1))], utc(2, 9), None),
    ],
    ids=[
        "never", "at once leaves time to look", "at once by night too", "digest before work",
        "digest exactly at the beginning waits for the next", "digest after the break",
        "digest the next morning", "digest over the weekend", "back on the day after the leave",
        "not away yet by a minute", "away from midnight of the own zone on",
        "back after leave and weekend", "two leaves are one", "summer time begins meanwhile",
        "nothing in sight",
    ],
)  # fmt: skip
def test_when_a_mail_is_due(mode, away, told_at, due):
    reader = Reader(BERLIN, WEEK, away)

    assert mail_due_at(mode, reader=reader, at=told_at) == due


def test_who_wrote_down_no_hours_gets_digests_at_nine_and_at_two():
    reader = Reader(BERLIN)

    assert mail_due_at(MailMode.DIGEST, reader=reader, at=utc(2, 1)) == utc(2, 8)
    assert mail_due_at(MailMode.DIGEST, reader=reader, at=utc(2, 9)) == utc(2, 13)
