"""HTTP/1.1 on the loopback interface, so small that an answer can be lost on purpose."""

import asyncio
import signal
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import parse_qs, unquote, urlsplit

import httptools

from sandbox.exchange import Answer, Request

LARGEST_BODY = 20_000_000


class Conversation(asyncio.Protocol):
    """One connection; requests are answered one after the other."""

    def __init__(self, answer: Callable[[Request], Answer]) -> None:
        self._answer = answer
        self._start()

    def _start(self) -> None:
        self._parser = httptools.HttpRequestParser(self)
        self._url, self._headers, self._body = b"", {}, bytearray()

    def connection_made(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._transport.close()

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._body += body
        if len(self._body) > LARGEST_BODY:
            self._transport.abort()

    def on_message_complete(self) -> None:
        parts = urlsplit(self._url.decode("latin-1"))
        request = Request(
            self._parser.get_method().decode(),
            unquote(parts.path),
            parse_qs(parts.query, keep_blank_values=True),
            self._headers,
            bytes(self._body),
        )
        goes_on = self._parser.should_keep_alive()
        answer = self._answer(request)
        self._start()
        if answer.delay:
            loop = asyncio.get_running_loop()
            loop.call_later(answer.delay, self._send, answer, goes_on)
        else:
            self._send(answer, goes_on)

    def _send(self, answer: Answer, goes_on: bool) -> None:
        if self._transport.is_closing():
            return
        if answer.is_cut:
            self._transport.abort()
            return
        self._transport.write(_written(answer))
        if not goes_on:
            self._transport.close()


def _written(answer: Answer) -> bytes:
    lines = [f"HTTP/1.1 {answer.status} {_reason(answer.status)}"]
    lines += [f"{name}: {text}" for name, text in answer.headers.items()]
    if answer.status != HTTPStatus.NO_CONTENT:
        lines.append(f"Content-Length: {len(answer.body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + answer.body


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


async def serve(
    answer: Callable[[Request], Answer], host: str, port: int, ready: Callable[[int], None]
) -> None:
    """Answer until SIGTERM or SIGINT. ``ready`` is told the port that was taken."""
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, over.set)
    server = await loop.create_server(lambda: Conversation(answer), host, port)
    ready(server.sockets[0].getsockname()[1])
    await over.wait()
    server.close()
