"""How soon 200 connected agents hear of an act: python -m bench.live

Once with nothing but the streams, once while every browser also says every ten seconds where it
is and polls every thirty, as open pages do. The time runs from the commit, seen by who acted, to
the moment a browser has the event.
"""

import argparse
import asyncio
import itertools
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from bench.databases import CHECKOUT, backends, environment, filled_database
from bench.inside import call
from bench.processes import cpu_ms
from bench.report import publish
from bench.server import _HOST, _free_port, serving

AGENTS, SECONDS, PER_SECOND = 200, 30, 4
BEAT, POLL = 10, 30
#: What is promised, in milliseconds.
MOST = 2_000


@dataclass
class Heard:
    """When each browser had which event."""

    times: dict[tuple[int, int], list[float]] = field(default_factory=dict)
    connected: int = 0
    asked: list[float] = field(default_factory=list)

    def note(self, hint: dict) -> None:
        if hint["topic"] == "ticket":
            self.times.setdefault((hint["ticket"], hint["version"]), []).append(time.time())

    def latencies(self, acts: list) -> list[float]:
        """Return the milliseconds of every delivery; below nothing counts as nothing."""
        return [
            max(0.0, (heard - committed) * 1000)
            for ticket, version, committed in acts
            for heard in self.times.get((ticket, version), ())
        ]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=10_000)
    parser.add_argument("--agents", type=int, default=AGENTS)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    options = parser.parse_args(arguments)
    url = filled_database(options.tickets)
    rows = [_measure(url, options, with_pages=with_pages) for with_pages in (False, True)]
    publish("live", rows, tickets=options.tickets, per_second=PER_SECOND, promised_ms=MOST)
    if any(row["p99 ms"] > MOST for row in rows):
        sys.exit(f"Promised: heard within {MOST} ms.")


def _measure(url: str, options: argparse.Namespace, *, with_pages: bool) -> dict:
    with _event_server(url) as (process, port), serving(url) as web:
        web_port = int(web.address.rpartition(":")[2]) if with_pages else 0
        heard = Heard()
        before = len(backends(url))
        browsers = call(url, "bench.acting.listeners", options.agents)
        ports = (port, web_port)
        acts, computed = asyncio.run(_listen(url, browsers, ports, process, heard, options))
        latencies = heard.latencies(acts)
        cuts = statistics.quantiles(latencies, n=100)
        return {
            "agents": heard.connected,
            "beside": "heartbeats, polling" if with_pages else "nothing",
            "acts": len(acts),
            "deliveries": len(latencies),
            "p50 ms": round(cuts[49], 1),
            "p95 ms": round(cuts[94], 1),
            "p99 ms": round(cuts[98], 1),
            "longest ms": round(max(latencies), 1),
            "memory MiB": _memory(process),
            "processor %": round(computed / options.seconds / 10, 1),
            "new database connections": len(backends(url)) - before - (2 if with_pages else 0),
            "asked per s": round(len(heard.asked) / options.seconds, 1),
            "answer p95 ms": _percentile_95(heard.asked),
        }


async def _listen(url, browsers, ports, process, heard, options):
    port, web_port = ports
    tasks = [asyncio.create_task(_stream(browser, port, heard)) for browser in browsers]
    while heard.connected < len(browsers):
        await asyncio.sleep(0.05)
        for task in tasks:
            if task.done():
                task.result()
    if web_port:
        tasks += [asyncio.create_task(_page(browser, web_port, heard)) for browser in browsers]
    begun = cpu_ms([process.pid])[process.pid]
    act = asyncio.to_thread(call, url, "bench.acting.act", options.seconds, PER_SECOND)
    acts = await act
    await asyncio.sleep(2)
    computed = cpu_ms([process.pid])[process.pid] - begun
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return acts, computed


async def _stream(browser: dict, port: int, heard: Heard) -> None:
    reader, writer = await asyncio.open_connection(_HOST, port)
    writer.write(_request("GET", "/events/", port, Cookie=browser["stream"]))
    status = await reader.readline()
    if b" 200 " not in status:
        raise RuntimeError(f"No stream: {status!r}")
    heard.connected += 1
    while line := await reader.readline():
        if line.startswith(b"data: "):
            heard.note(json.loads(line[6:]))


async def _page(browser: dict, port: int, heard: Heard) -> None:
    """What an open page asks for beside its stream."""
    await asyncio.sleep(random.uniform(0, BEAT))
    since = int(time.time())
    for beat in itertools.count():
        await _ask(heard, "POST", f"/api/v1/tickets/{browser['ticket']}/presence/", port, browser)
        if beat % (POLL // BEAT) == 0:
            await _ask(heard, "GET", f"/api/v1/changes/?since={since}", port, browser)
        await asyncio.sleep(BEAT * random.uniform(0.9, 1.1))


async def _ask(heard: Heard, method: str, path: str, port: int, browser: dict) -> None:
    begun = time.perf_counter()
    reader, writer = await asyncio.open_connection(_HOST, port)
    body = b'{"state": "viewing"}' if method == "POST" else b""
    headers = {"Cookie": browser["pages"], "X-CSRFToken": browser["csrf"], "Connection": "close"}
    if body:
        headers |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    writer.write(_request(method, path, port, **headers) + body)
    answer = await reader.read()
    writer.close()
    if b" 200 " not in answer[:20]:
        raise RuntimeError(f"{path} answers {answer[:300]!r}")
    heard.asked.append((time.perf_counter() - begun) * 1000)


def _request(method: str, path: str, port: int, **headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {_HOST}:{port}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@contextmanager
def _event_server(url: str) -> Iterator[tuple[subprocess.Popen, int]]:
    port = _free_port()
    process = subprocess.Popen(
        [
            sys.executable, "-m", "uvicorn", "helpdesk.live.server:application",
            "--port", str(port), "--loop", "uvloop", "--http", "httptools", "--lifespan", "on",
            "--timeout-graceful-shutdown", "1", "--log-level", "warning", "--no-access-log",
        ],
        cwd=CHECKOUT,
        env=environment(url) | {"DJANGO_SETTINGS_MODULE": "helpdesk.settings"},
    )  # fmt: skip
    try:
        _wait_for(port)
        yield process, port
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(port: int) -> None:
    async def knock():
        for _ in range(200):
            with suppress(OSError):
                await asyncio.open_connection(_HOST, port)
                return
            await asyncio.sleep(0.05)
        raise RuntimeError("The event server does not come up.")

    asyncio.run(knock())


def _memory(process: subprocess.Popen) -> float:
    with open(f"/proc/{process.pid}/status") as status:
        kilobytes = next(line.split()[1] for line in status if line.startswith("VmRSS"))
    return round(int(kilobytes) / 1024, 1)


def _percentile_95(values: list[float]) -> float:
    return round(statistics.quantiles(values, n=20)[-1], 1) if len(values) > 1 else 0


if __name__ == "__main__":
    main()
