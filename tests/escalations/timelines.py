"""Timelines written as a few words, for the pure parts of the clocks.

``story("opened 0", "customer 1", "reply 3")``: the second word is the hour after MONDAY.
"""

from datetime import datetime, timedelta

from escalations.clock_marks import Entry, Story, stories
from escalations.clockwork import Reading, Terms, fold
from helpdesk.models import TimelineKind
from tests.factories import MONDAY

HOUR = timedelta(hours=1)
AGENT = 7
TARGET, SOURCE = 1, 2

_STATUS = TimelineKind.STATUS_CHANGED
_WORDS = {
    "opened": {"kind": TimelineKind.OPENED},
    "customer": {"kind": TimelineKind.CUSTOMER_WROTE},
    "automatic": {"kind": TimelineKind.AUTOMATIC},
    "note": {"kind": TimelineKind.NOTED, "actor_id": AGENT},
    "reply": {"kind": TimelineKind.REPLIED, "actor_id": AGENT},
    "autoreply": {"kind": TimelineKind.REPLIED},
    "takeback": {"kind": TimelineKind.REPLY_RETRACTED, "actor_id": AGENT},
    "pending": {"kind": _STATUS, "before": "open", "after": "pending"},
    "unpending": {"kind": _STATUS, "before": "pending", "after": "open"},
    "hold": {"kind": _STATUS, "before": "open", "after": "on_hold"},
    "solved": {"kind": TimelineKind.SOLVED, "before": "open", "after": "solved"},
    "reopened": {"kind": TimelineKind.REOPENED, "before": "solved", "after": "open"},
    "closed": {"kind": TimelineKind.CLOSED, "before": "solved", "after": "closed"},
    "exempt": {
        "kind": TimelineKind.SLA_EXEMPTED,
        "actor_id": AGENT,
        "facts": {
            "metrics": ["channel_reply", "first_reply", "next_reply"],
            "reason": "Only thanks",
        },
    },
    "into": {"kind": TimelineKind.MERGED, "before": "open", "facts": {"into": TARGET}},
    "from": {"kind": TimelineKind.MERGED, "facts": {"source": SOURCE}},
    "outof": {"kind": TimelineKind.UNMERGED, "before": str(TARGET), "after": "open"},
    "without": {"kind": TimelineKind.UNMERGED, "after": str(SOURCE)},
}


def hour(number: float) -> datetime:
    return MONDAY + number * HOUR


def entries(*words: str) -> list[Entry]:
    """``"2:reply 3 9"``: on ticket 2, in the third hour, message 9. It is ticket 1 without."""
    return [_entry(number, text) for number, text in enumerate(words, 1)]


def _entry(number: int, text: str) -> Entry:
    words, *rest = text.split()
    ticket, _, word = words.rpartition(":")
    message = int(rest[1]) if len(rest) > 1 else number
    return Entry(
        number, int(ticket or TARGET), at=hour(float(rest[0])), message_id=message, **_WORDS[word]
    )


def told(*words: str, channel: str = "email", of: int = TARGET, other: str = "email"):
    channels = {TARGET: channel, SOURCE: other}
    return stories(entries(*words), ticket_id=of, channels=channels)


def story(metric: str, *words: str, **how) -> Story:
    """The newest story of a metric."""
    return [each for each in told(*words, **how) if each.metric == metric][-1]


def promised(hours: float = 4, *, since: float = 0, **fields) -> Terms:
    return Terms(hour(since), hours * HOUR, **fields)


def read(metric: str, *words: str, terms: tuple[Terms, ...] = (), **how) -> Reading:
    return fold(story(metric, *words, **how), terms or (promised(),))


def in_hours(moment: datetime | None) -> float | None:
    return moment and (moment - MONDAY) / HOUR
