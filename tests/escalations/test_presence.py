"""Who is there: leave, hours, and the reader's own time zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.week import Block
from escalations.presence import Presence, presence
from helpdesk.notification_times import Reader

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY_9_TO_17 = (Block(0, 540, 1020),)
AWAY_ON_MONDAY = ((date(2026, 3, 2), date(2026, 3, 2)),)


@pytest.mark.parametrize(
    ("week", "away", "hour", "expected"),
    [
        pytest.param((), (), 3, Presence.AT_WORK, id="who wrote down no hours is there"),
        pytest.param(MONDAY_9_TO_17, (), 7, Presence.OFF_HOURS, id="8:00 in Berlin"),
        pytest.param(MONDAY_9_TO_17, (), 8, Presence.AT_WORK, id="9:00 in Berlin"),
        pytest.param(MONDAY_9_TO_17, (), 16, Presence.OFF_HOURS, id="17:00 is over"),
        pytest.param(MONDAY_9_TO_17, AWAY_ON_MONDAY, 8, Presence.ON_LEAVE, id="leave wins"),
        pytest.param((), AWAY_ON_MONDAY, 23, Presence.AT_WORK, id="Tuesday in Berlin already"),
    ],
)
def test_presence(week, away, hour, expected):
    reader = Reader(zone=BERLIN, week=week, away=away)

    assert presence(reader, at=datetime(2026, 3, 2, hour, tzinfo=UTC)) == expected
