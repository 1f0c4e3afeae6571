"""Words that pages, workers and the event server share. Pure: no Django, no Redis.

An audience is a list of topics. Somebody hears a hint when one of its topics is one of theirs.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

STREAM = "recourse:live:hints"
#: So many hints are kept for those who come back; the polling knows the rest.
KEPT_HINTS = 10_000
PASS_PREFIX = "recourse:live:pass:"
PASS_LIVES = 60
#: Of a ticket: who is there by their last heartbeat, since when, and who may know of it.
BEATS = "recourse:live:beats:"
SINCE = "recourse:live:since:"
AUDIENCE_OF_PRESENCE = "recourse:live:audience:"
#: All heartbeats by the moment at which they count no more.
LEAVING = "recourse:live:leaving"
SEES_ALL = "all"
NO_TEAM = "team:none"


@dataclass(frozen=True)
class Hint:
    """That something changed, and nothing about what it is.

    ``topic`` is ``ticket``, ``assigned`` (to the reader), ``presence``, or ``lists`` where a list
    changed by a ticket that is not to be named. ``version`` is the ticket's last event.
    """

    topic: str
    ticket: int = 0
    version: int = 0

    def written(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))


def team_topic(team_id: int | None) -> str:
    return f"team:{team_id}" if team_id else NO_TEAM


def person_topic(user_id: int) -> str:
    return f"user:{user_id}"


def origin_elsewhere(url: str) -> list[str]:
    """Return the origin of an absolute address; a path has none of its own."""
    parts = urlsplit(url)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


def digest(secret: str) -> str:
    """Return what may be stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
