"""GET /events/: hints as server-sent events, in a process of its own.

A raw ASGI callable for uvicorn. It reads Redis only: no ORM, no database connection, no thread
per stream. Django's settings are read; its apps are never loaded, so no model could be used.
"""

import asyncio
import json
import logging
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from django.conf import settings
from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

from helpdesk.live.hub import WAIT, Hub, Listener, is_entry_id, is_later
from helpdesk.live.names import PASS_PREFIX, digest

logger = logging.getLogger("uvicorn.error")

#: Seconds between two comments that keep proxies from closing a quiet stream.
HEARTBEAT = 15
#: A stream ends after so many seconds, give or take a tenth; a new pass has the rights of then.
STREAM_LIVES = 240
MOST_STREAMS = 5_000
#: To Redis: one always waits for hints, the others serve those who come.
CONNECTIONS = 16
#: Seconds. A read of the stream waits for a while before it answers that nothing came.
CONNECT_WITHIN, ANSWER_WITHIN = 2, WAIT / 1000 + 3

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


class Refused(Exception):
    """No stream; the browser asks for a new pass or polls."""

    def __init__(self, status: int):
        self.status = status


class EventServer:
    def __init__(self) -> None:
        self.hub: Hub | None = None

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Callable, send: Callable) -> None:
        # Browsers may all come at once: they wait for a connection instead of opening one each.
        pool = BlockingConnectionPool.from_url(
            settings.REDIS_URL,
            decode_responses=True,
            max_connections=CONNECTIONS,
            timeout=CONNECT_WITHIN,
            socket_connect_timeout=CONNECT_WITHIN,
            socket_timeout=ANSWER_WITHIN,
        )
        redis = Redis(connection_pool=pool)
        self.hub = Hub(redis)
        tasks = [asyncio.create_task(work) for work in (self.hub.run(), self.hub.sweep())]
        for task in tasks:
            task.add_done_callback(_end_if_it_failed)
        _end_streams_first(self.hub)
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await pool.aclose()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: dict, receive: Callable, send: Callable) -> None:
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            if scope["path"] == "/livez":
                raise Refused(200)
            listener = await self._admit(scope, headers)
        except Refused as refusal:
            await _say(send, refusal.status, _cross_origin(headers))
            return
        since = _since(scope, headers)
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": HEADERS + _cross_origin(headers),
            }
        )
        self.hub.listeners.add(listener)
        gone = asyncio.create_task(_end_when_gone(receive, listener))
        try:
            async for text in self._written(listener, since):
                body = {"type": "http.response.body", "body": text.encode(), "more_body": True}
                await send(body)
            await send({"type": "http.response.body", "body": b""})
        finally:
            self.hub.listeners.discard(listener)
            gone.cancel()

    async def _admit(self, scope: dict, headers: dict[str, str]) -> Listener:
        """:raises Refused: without a fresh pass of this very session."""
        if scope["path"] != "/events/":
            raise Refused(404)
        if scope["method"] != "GET":
            raise Refused(405)
        if headers.get("origin", settings.SITE_URL) != settings.SITE_URL:
            raise Refused(403)
        if self.hub.is_closing or len(self.hub.listeners) >= MOST_STREAMS:
            raise Refused(503)
        cookies = _cookies(headers)
        holder = await self._torn_up(cookies.get(settings.EVENTS_COOKIE_NAME, ""))
        session = digest(cookies.get(settings.SESSION_COOKIE_NAME, ""))
        if holder is None or holder["session"] != session:
            raise Refused(403)
        return Listener(holder["topics"])

    async def _torn_up(self, token: str) -> dict | None:
        """Take the pass out of Redis: whatever follows, it opens nothing again."""
        if not token:
            return None
        try:
            written = await self.hub.redis.getdel(PASS_PREFIX + digest(token))
        except (RedisError, OSError) as error:
            raise Refused(503) from error
        return json.loads(written) if written else None

    async def _missed(self, listener: Listener, since: str) -> list[tuple[str, str]]:
        try:
            return await self.hub.missed(listener, since)
        except (RedisError, OSError):
            return []

    async def _written(self, listener: Listener, since: str) -> AsyncIterator[str]:
        """Yield what was missed, then what comes, each with its id, until the stream ends."""
        # The first bytes tell the browser that it is connected.
        yield ": connected\n\n"
        last = ""
        if since:
            for entry_id, hint in await self._missed(listener, since):
                last = entry_id or last
                yield _event(entry_id, hint)
        clock = asyncio.get_running_loop()
        end = clock.time() + STREAM_LIVES * random.uniform(0.9, 1.1)
        while (left := end - clock.time()) > 0:
            try:
                item = await asyncio.wait_for(listener.queue.get(), min(HEARTBEAT, left))
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if item is None:
                return
            if not item[0] or not last or is_later(item[0], last):
                yield _event(*item)


def _event(entry_id: str, hint: str) -> str:
    return f"id: {entry_id}\ndata: {hint}\n\n" if entry_id else f"data: {hint}\n\n"


def _since(scope: dict, headers: dict[str, str]) -> str:
    """Return the last hint the browser knows; a new EventSource can say it only in its address."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("since", [""])[0]
    since = headers.get("last-event-id", "") or asked
    return since if is_entry_id(since) else ""


def _cookies(headers: dict[str, str]) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie")).items()}
    except CookieError:
        return {}


def _cross_origin(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    """Let the pages of the site read the stream where it has another port (make run)."""
    if headers.get("origin") != settings.SITE_URL:
        return [(b"vary", b"Origin")]
    return [
        (b"vary", b"Origin"),
        (b"access-control-allow-origin", settings.SITE_URL.encode()),
        (b"access-control-allow-credentials", b"true"),
    ]


async def _say(send: Callable, status: int, headers: list) -> None:
    start = {"type": "http.response.start", "status": status}
    await send(start | {"headers": [(b"content-type", b"text/plain"), *headers]})
    await send({"type": "http.response.body", "body": f"{status}\n".encode()})


async def _end_when_gone(receive: Callable[[], Awaitable[dict]], listener: Listener) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.end()


def _end_if_it_failed(task: asyncio.Task) -> None:
    """A process that reads no more must not look alive; whoever watches it starts another."""
    if not task.cancelled():
        logger.error("The reader of hints ended.", exc_info=task.exception())
        signal.raise_signal(signal.SIGTERM)


def _end_streams_first(hub: Hub) -> None:
    """On SIGTERM uvicorn waits for open streams, so they end before it begins to wait."""
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        waits = signal.getsignal(signum)

        def end(number, frame, waits=waits):
            loop.call_soon_threadsafe(hub.close)
            if callable(waits):
                waits(number, frame)

        signal.signal(signum, end)


application = EventServer()
