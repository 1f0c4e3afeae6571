"""One reader of Redis for all streams of the process. Knows no Django and no database."""

import asyncio
import json
import logging
import time
from collections.abc import Iterable
from contextlib import suppress

from redis.asyncio import Redis
from redis.exceptions import RedisError

from helpdesk.live.names import AUDIENCE_OF_PRESENCE, KEPT_HINTS, LEAVING, STREAM, Hint

logger = logging.getLogger("uvicorn.error")

#: Milliseconds one read waits for something new.
WAIT = 5_000
#: Seconds before Redis is tried again.
PAUSE = 0.25
#: Seconds between two looks for heartbeats that stopped.
SWEEP_EVERY = 1
#: A browser that is so many hints behind has to come back and catch up.
BACKLOG = 500


class Listener:
    """The queue of one stream. ``None`` in it ends the stream."""

    def __init__(self, topics: Iterable[str]):
        self.topics = frozenset(topics)
        self.queue: asyncio.Queue[tuple[str, str] | None] = asyncio.Queue()

    def hears(self, audience: str) -> bool:
        return not self.topics.isdisjoint(audience.split())

    def put(self, entry_id: str, hint: str) -> None:
        if self.queue.qsize() < BACKLOG:
            self.queue.put_nowait((entry_id, hint))
        else:
            self.end()

    def end(self) -> None:
        self.queue.put_nowait(None)


class Hub:
    """Reads the stream of hints and gives each to whom it concerns."""

    def __init__(self, redis: Redis):
        self.redis = redis
        self.listeners: set[Listener] = set()
        self.is_closing = False

    async def run(self) -> None:
        """Read until cancelled. When Redis was away everybody is told to catch up."""
        last, was_away = None, False
        while True:
            try:
                last = last or await self._newest()
                if was_away:
                    was_away = False
                    self._give_all("", Hint("lists").written())
                for _, entries in await self.redis.xread({STREAM: last}, block=WAIT):
                    for last, fields in entries:
                        self._give(last, fields)
            except (RedisError, OSError) as error:
                if not was_away:
                    logger.warning("Redis is away: %s", error)
                was_away = True
                await asyncio.sleep(PAUSE)

    async def sweep(self) -> None:
        """Tell who may know of it when somebody's heartbeat stops. Runs until cancelled."""
        while True:
            await asyncio.sleep(SWEEP_EVERY)
            with suppress(RedisError, OSError):
                for member in await self.redis.zrangebyscore(LEAVING, "-inf", time.time()):
                    # Of several event servers the one that takes it out tells of it.
                    if await self.redis.zrem(LEAVING, member):
                        await self._tell_of_leaving(member.partition(":")[0])

    async def _tell_of_leaving(self, ticket: str) -> None:
        audience = await self.redis.zrange(AUDIENCE_OF_PRESENCE + ticket, 0, -1)
        hint = Hint("presence", int(ticket)).written()
        fields = {"hint": hint, "to": " ".join(audience)}
        await self.redis.xadd(STREAM, fields, maxlen=KEPT_HINTS, approximate=True)

    def close(self) -> None:
        self.is_closing = True
        for listener in self.listeners:
            listener.end()

    async def missed(self, listener: Listener, since: str) -> list[tuple[str, str]]:
        """Return what was published since, one hint for each ticket, the newest.

        What was told of a ticket to those who might see it then is told only to those who may
        see it now: only the newest audience of each counts.
        """
        entries = [
            (entry_id, fields, json.loads(fields["hint"]))
            for entry_id, fields in await self.redis.xrange(STREAM, min=f"({since}")
            if "hint" in fields
        ]
        audience = {
            hint["ticket"]: fields["to"] for _, fields, hint in entries if hint["topic"] == "ticket"
        }
        newest = {(entry[2]["topic"], entry[2]["ticket"]): entry for entry in entries}
        told = [
            (entry_id, fields["hint"])
            for entry_id, fields, hint in newest.values()
            if listener.hears(fields["to"])
            and listener.hears(audience.get(hint["ticket"], fields["to"]))
        ]
        told.sort(key=lambda hint: _moment(hint[0]))
        return [*told, *await self._a_word_of_what_is_forgotten(since)]

    async def _a_word_of_what_is_forgotten(self, since: str) -> list[tuple[str, str]]:
        oldest = await self.redis.xrange(STREAM, count=1)
        if oldest and not is_later(oldest[0][0], since):
            return []
        return [("", Hint("lists").written())]

    async def _newest(self) -> str:
        newest = await self.redis.xrevrange(STREAM, count=1)
        return newest[0][0] if newest else "0-0"

    def _give(self, entry_id: str, fields: dict[str, str]) -> None:
        if "renew" in fields:
            for listener in self.listeners:
                if fields["renew"] in listener.topics:
                    listener.end()
            return
        for listener in self.listeners:
            if listener.hears(fields["to"]):
                listener.put(entry_id, fields["hint"])

    def _give_all(self, entry_id: str, hint: str) -> None:
        for listener in self.listeners:
            listener.put(entry_id, hint)


def is_entry_id(text: str) -> bool:
    """Test for an id of Redis, such as 1795297639204-0."""
    parts = text.split("-")
    return len(parts) == 2 and all(part.isascii() and part.isdecimal() for part in parts)


def is_later(entry_id: str, than: str) -> bool:
    return _moment(entry_id) > _moment(than)


def _moment(entry_id: str) -> tuple[int, int]:
    milliseconds, _, number = entry_id.partition("-")
    return int(milliseconds), int(number or 0)
