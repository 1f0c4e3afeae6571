"""How late breaches are noticed, and what looking for them costs: python -m bench.clocks

Lateness: many open clocks, thousands due in the same minute, a beat and two Celery workers of one
process each. Measured twice: what the rows say (recorded minus deadline), and what another
connection sees, which looks every fifty milliseconds and so adds up to that.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from bench.databases import CHECKOUT, connect, environment, fresh_database, run
from bench.inside import call
from bench.report import publish

TICKETS, DUE, SIZES = 1_000, 500, (1_000, 100_000, 1_000_000)
OPEN, DUE_IN_A_MINUTE, MINUTE = 100_000, 5_000, 60
ROUNDS, FAR_AWAY = 15, 30 * 86_400
LOOK_EVERY = 0.05
#: What is promised: seconds of lateness, times the cost at the smallest size, statements.
LATEST, MOST_TIMES, MOST_STATEMENTS = 2.0, 1.5, 2
_SEEN = (
    "SELECT event.id, extract(epoch FROM event.at), extract(epoch FROM recorded_at)"
    " FROM escalations_slaevent event WHERE event.id > %s ORDER BY event.id"
)
_LEFT = "SELECT 1 FROM escalations_slaevent WHERE carried_out_at IS NULL LIMIT 1"
#: A sweep that began earlier may commit later: look so many numbers back.
LOOK_BACK = 2_000


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--open", type=int, default=OPEN)
    parser.add_argument("--due", type=int, default=DUE_IN_A_MINUTE)
    parser.add_argument("--tickets", type=int, default=TICKETS, help="opened to be measured")
    options = parser.parse_args(arguments)
    _sweeps(options.sizes)
    _lateness(options.open, options.due)
    _opening(options.tickets)


def _sweeps(sizes: Sequence[int]) -> None:
    rows = []
    for size in sizes:
        url = _database(size)
        rows.append({"open clocks": size, **call(url, "bench.ticking.sweep_costs", DUE, ROUNDS)})
    costs = [row["python cpu ms"] + row["database cpu ms"] for row in rows]
    publish("clocks_sweep", rows, due=DUE, times=round(max(costs) / costs[0], 2), most=MOST_TIMES)
    print(f"Most against {sizes[0]:,} open: {max(costs) / costs[0]:.2f} (promised {MOST_TIMES})")


def _lateness(open_clocks: int, due: int) -> None:
    url = _database(open_clocks)
    with _workers(url):
        begins = time.time() + 10
        call(url, "bench.ticking.open_clocks", due, "minute ", begins, MINUTE)
        seen = _watch(url, due, until=begins + 3 * MINUTE)
        carried_out = _wait_until_carried_out(url)
    rows = [
        {"measured": "as recorded", **_percentiles([r - at for at, r, _ in seen])},
        {"measured": "as seen by others", **_percentiles([s - at for at, _, s in seen])},
    ]
    facts = {"open": open_clocks, "due": due, "noticed": len(seen), "promised_p99_s": LATEST}
    publish("clocks_lateness", rows, **facts, carried_out_after_s=carried_out)
    print(f"{len(seen):,} of {due:,} noticed; all carried out {carried_out} s after the last.")


def _opening(tickets: int) -> None:
    url = _database(0)
    rows = call(url, "bench.ticking.opening_costs", tickets)
    extra = rows[-1]["statements"] - rows[0]["statements"]
    publish("clocks_opening", rows, extra_statements=extra, most=MOST_STATEMENTS)


def _database(clocks: int) -> str:
    url = fresh_database("bench_clocks")
    run(url, "generate_load", "--tickets", str(TICKETS))
    if clocks:
        call(url, "bench.ticking.open_clocks", clocks, "open ", time.time() + 86_400, FAR_AWAY)
    return url


@contextmanager
def _workers(url: str) -> Iterator[None]:
    celery = [sys.executable, "-m", "celery", "-A", "helpdesk"]
    with ExitStack() as cleanup:
        folder = cleanup.enter_context(tempfile.TemporaryDirectory())
        queues = ("--concurrency", "1", "--queues", "clocks,default,mail,marketplaces,webhooks")
        commands = [
            [*celery, "worker", *queues, "--hostname", f"bench-{number}@%h"] for number in (1, 2)
        ]
        commands.append([*celery, "beat", "--schedule", str(Path(folder) / "schedule")])
        for command in commands:
            process = subprocess.Popen(
                command, cwd=CHECKOUT, env=environment(url),
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            cleanup.callback(process.wait, 30)
            cleanup.callback(process.terminate)
        time.sleep(10)
        yield


def _watch(url: str, due: int, *, until: float) -> list[tuple[float, float, float]]:
    """Return deadline, recorded and seen of each breach, as another connection sees them."""
    seen: dict[int, tuple[float, float, float]] = {}
    with closing(connect(url)) as connection, connection.cursor() as cursor:
        while len(seen) < due and time.time() < until:
            cursor.execute(_SEEN, [max(seen, default=0) - LOOK_BACK])
            now = time.time()
            for pk, at, recorded in cursor.fetchall():
                seen.setdefault(pk, (float(at), float(recorded), now))
            time.sleep(LOOK_EVERY)
    return list(seen.values())


def _wait_until_carried_out(url: str) -> float:
    began = time.time()
    with closing(connect(url)) as connection, connection.cursor() as cursor:
        while time.time() < began + 600:
            cursor.execute(
                "SELECT 1 FROM escalations_slaevent WHERE carried_out_at IS NULL LIMIT 1"
            )
            if not cursor.fetchone():
                break
            time.sleep(0.2)
    return round(time.time() - began, 1)


def _percentiles(seconds: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(seconds, n=100)
    named = {"p50 s": cuts[49], "p95 s": cuts[94], "p99 s": cuts[98], "max s": max(seconds)}
    return {name: round(value, 2) for name, value in named.items()}


if __name__ == "__main__":
    main()
