"""Who is at which ticket. Sorted sets in Redis, scored by time; nothing else keeps it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import TextChoices

from helpdesk.live.connection import live_redis
from helpdesk.live.names import AUDIENCE_OF_PRESENCE, BEATS, LEAVING, SINCE

#: Seconds without a heartbeat after which somebody is gone.
DROPPED_AFTER = 25
#: Seconds after which Redis forgets a ticket at which nobody is.
_FORGOTTEN_AFTER = 120


class State(TextChoices):
    """From the weakest to the strongest: of two windows the stronger counts."""

    IDLE = "idle"
    VIEWING = "viewing"
    WRITING = "writing"


@dataclass(frozen=True)
class Presence:
    user_id: int
    state: str
    since: datetime


def note_heartbeat(
    ticket_id: int, *, state: str, tab: str, audience: Iterable[str], by, at: datetime
) -> bool:
    """Keep that somebody is at the ticket for ``DROPPED_AFTER`` seconds; test if that is news.

    ``tab`` tells the windows of one person apart. ``audience`` hears when the heartbeat stops.
    """
    beats, now = BEATS + str(ticket_id), at.timestamp()
    with live_redis().pipeline() as pipe:
        pipe.zrangebyscore(beats, now - DROPPED_AFTER, "+inf")
        pipe.zrem(beats, *(_member(other, by.pk, tab) for other in State if other != state))
        pipe.zadd(beats, {_member(state, by.pk, tab): now})
        pipe.zremrangebyscore(beats, "-inf", now - DROPPED_AFTER)
        pipe.zrangebyscore(beats, now - DROPPED_AFTER, "+inf")
        pipe.expire(beats, _FORGOTTEN_AFTER)
        pipe.zadd(SINCE + str(ticket_id), {by.pk: now}, nx=True)
        pipe.expire(SINCE + str(ticket_id), _FORGOTTEN_AFTER)
        pipe.delete(AUDIENCE_OF_PRESENCE + str(ticket_id))
        pipe.zadd(AUDIENCE_OF_PRESENCE + str(ticket_id), dict.fromkeys(audience, now))
        pipe.expire(AUDIENCE_OF_PRESENCE + str(ticket_id), _FORGOTTEN_AFTER)
        pipe.zadd(LEAVING, {f"{ticket_id}:{by.pk}:{tab}": now + DROPPED_AFTER})
        answers = pipe.execute()
    was, now_is = _strongest(answers[0]), _strongest(answers[4])
    if by.pk not in was:
        live_redis().zadd(SINCE + str(ticket_id), {by.pk: now})
    return was.get(by.pk) != now_is.get(by.pk)


def note_leaving(ticket_id: int, *, tab: str, by) -> bool:
    """Forget the window of somebody who left; test if they were there."""
    with live_redis().pipeline() as pipe:
        pipe.zrem(BEATS + str(ticket_id), *(_member(state, by.pk, tab) for state in State))
        pipe.zrem(LEAVING, f"{ticket_id}:{by.pk}:{tab}")
        gone, _ = pipe.execute()
    return bool(gone)


def who_is_at(ticket_ids: Iterable[int], *, at: datetime) -> dict[int, list[Presence]]:
    """Read who is at each ticket, longest there first; those without anybody are left out."""
    ticket_ids = list(ticket_ids)
    with live_redis().pipeline(transaction=False) as pipe:
        for ticket_id in ticket_ids:
            pipe.zrangebyscore(BEATS + str(ticket_id), at.timestamp() - DROPPED_AFTER, "+inf")
            pipe.zrange(SINCE + str(ticket_id), 0, -1, withscores=True)
        answers = pipe.execute()
    found = {}
    for ticket_id, beats, since in zip(ticket_ids, answers[::2], answers[1::2], strict=True):
        if beats:
            found[ticket_id] = _people(_strongest(beats), dict(since))
    return found


def _people(states: dict[int, str], since: dict[str, float]) -> list[Presence]:
    people = [
        Presence(user, state, datetime.fromtimestamp(since.get(str(user), 0), UTC))
        for user, state in states.items()
    ]
    return sorted(people, key=lambda presence: (presence.since, presence.user_id))


def _strongest(members: Iterable[str]) -> dict[int, str]:
    states: dict[int, str] = {}
    for member in members:
        state, user, _ = member.split(":", 2)
        known = states.get(int(user), State.IDLE)
        states[int(user)] = max(state, known, key=State.values.index)
    return states


def _member(state: str, user_id: int, tab: str) -> str:
    return f"{State(state).value}:{user_id}:{tab}"
