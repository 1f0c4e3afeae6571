"""What the queue of escalated cases costs with 1,000 and 5,000 of them: python -m bench.escalations

The pages are asked for in turns, so that whatever else the machine does hits all alike.
"""

import argparse
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from bench.databases import copied_database, filled_database
from bench.inside import call
from bench.processes import computed
from bench.report import median, percentile_95, publish
from bench.server import Server, serving

TICKETS, SIZES, ROUNDS, PER_ROUND, WARM_UP = 100_000, (1_000, 5_000), 6, 20, 5
#: What is promised: queries at most, and the largest against the smallest.
MOST_QUERIES, MOST_GROWTH = 15, 1.5
PAGES = {
    "queue": ("specialist", "/escalations/"),
    "queue, everything": ("manager", "/escalations/"),
    "board": ("specialist", "/escalations/?as=board"),
}


@dataclass
class Measured:
    wall: list[float] = field(default_factory=list)
    cpu: float = 0


class Site:
    """A served database with people signed in."""

    def __init__(self, url: str, server: Server):
        self.server, self.cookies = server, call(url, "bench.escalated.looks")
        found = call(url, "bench.escalated.queries", list(PAGES.values()))
        self.queries = dict(zip(PAGES, found, strict=True))

    def ask(self, page: str, times: int) -> list[float]:
        who, path = PAGES[page]
        return [self.server.get(path, cookie=self.cookies[who]) for _ in range(times)]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, default=TICKETS)
    parser.add_argument("--cases", type=int, nargs="+", default=SIZES)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"of {PER_ROUND} requests each")
    options = parser.parse_args(arguments)
    filled_database(options.tickets)
    urls = {size: _database(options.tickets, size) for size in options.cases}
    with ExitStack() as stack:
        sites = {size: Site(url, stack.enter_context(serving(url))) for size, url in urls.items()}
        measured = {
            (page, size): _warm(site, page) for page in PAGES for size, site in sites.items()
        }
        for _ in range(options.rounds):
            for page, size in measured:
                _measure(sites[size], page, measured[page, size])
    _tell(options.tickets, options.cases, sites, measured)


def _database(tickets: int, cases: int) -> str:
    url = copied_database(f"bench_cases_{cases}", of=f"bench_{tickets}")
    print(f"{call(url, 'bench.escalated.fill', cases):,} of {tickets:,} tickets handed up")
    return url


def _warm(site: Site, page: str) -> Measured:
    site.ask(page, WARM_UP)
    return Measured()


def _measure(site: Site, page: str, one: Measured) -> None:
    web, database = site.server.cpu_ms()
    one.wall += site.ask(page, PER_ROUND)
    web_after, database_after = site.server.cpu_ms()
    one.cpu += computed(web, web_after) + computed(database, database_after)


def _tell(tickets: int, sizes: Sequence[int], sites: dict[int, Site], measured: dict) -> None:
    least, most = min(sizes), max(sizes)
    rows = [
        {
            "page": page,
            "tickets": tickets,
            "cases": size,
            "median ms": median(one.wall),
            "p95 ms": percentile_95(one.wall),
            "CPU ms": round(one.cpu / len(one.wall), 1),
            "queries": sites[size].queries[page],
            "wall growth": round(median(one.wall) / median(measured[page, least].wall), 2),
            "CPU growth": round(one.cpu / measured[page, least].cpu, 2),
        }
        for (page, size), one in measured.items()
    ]
    publish("escalations", rows, promised={"queries": MOST_QUERIES, "growth": MOST_GROWTH})
    for row in rows:
        if row["cases"] == most:
            kept = row["queries"] <= MOST_QUERIES and row["wall growth"] <= MOST_GROWTH
            words = f"{row['page']}: {row['queries']} queries, {row['wall growth']} times"
            print(f"{'kept  ' if kept else 'MISSED'}  {words}")


if __name__ == "__main__":
    main()
