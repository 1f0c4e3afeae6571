"""What pages cost with 1,000, 10,000 and 100,000 tickets: python -m bench.pages

Wall time, processor time of web server plus database, and queries. The pages of all databases
are asked for in turns, so that whatever else the machine does hits all of them alike.
"""

import argparse
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field

from bench.databases import filled_database
from bench.inside import call
from bench.processes import computed
from bench.report import median, percentile_95, publish
from bench.server import Server, serving

SIZES = (1_000, 10_000, 100_000)
ROUNDS, PER_ROUND, WARM_UP = 6, 20, 5
QUEUE = "queue"
#: Name -> who looks, where. ``{ticket}`` is another ticket each time, ``{rare}`` a word of one.
PAGES = {
    QUEUE: ("manager", "/tickets/?view=open"),
    "queue, last change": ("manager", "/tickets/?view=open&sort=updated"),
    "queue, all tickets": ("agent", "/tickets/?view=all"),
    "ticket": ("manager", "/tickets/{ticket}/?view=open"),
    "ticket, agent": ("agent", "/tickets/{ticket}/?view=all"),
    "search, common word": ("manager", "/tickets/?view=all&q=kettle"),
    "search, two words": ("agent", "/tickets/?view=all&q=kettle+cracked"),
    "search, among open": ("manager", "/tickets/?view=open&q=kettle"),
    "search, rare word": ("agent", "/tickets/?view=all&q={rare}"),
    "customers": ("agent", "/customers/?q=del"),
    "REST list": ("manager", "/api/v1/tickets/"),
    "REST search": ("agent", "/api/v1/tickets/?q=kettle"),
}
#: What is promised: queries at most, and 100,000 against 1,000 tickets.
MOST_QUERIES = {QUEUE: 12, "ticket": 20}
MOST_GROWTH = {QUEUE: 1.3, "ticket": 1.3}
#: … and a search at 100,000 against the queue there.
SEARCH_AGAINST_QUEUE = 2.0


@dataclass
class Measured:
    wall: list[float] = field(default_factory=list)
    web_ms: float = 0
    database_ms: float = 0

    def cpu_ms(self) -> float:
        return (self.web_ms + self.database_ms) / len(self.wall)


class Site:
    """A served database with somebody signed in."""

    def __init__(self, url: str, server: Server):
        self.url, self.server = url, server
        self.cookies = call(url, "bench.looking.sessions")
        self.tickets = call(url, "bench.looking.tickets", ROUNDS * PER_ROUND)
        self.rare = call(url, "bench.looking.rare_word")
        self.asked = 0

    def path(self, page: str) -> str:
        self.asked += 1
        number = self.tickets[self.asked % len(self.tickets)]
        return PAGES[page][1].format(ticket=number, rare=self.rare)

    def ask(self, page: str, times: int) -> list[float]:
        cookie = self.cookies[PAGES[page][0]]
        return [self.server.get(self.path(page), cookie=cookie) for _ in range(times)]

    def queries(self) -> dict[str, int]:
        looks = [(who, self.path(page)) for page, (who, _) in PAGES.items()]
        return dict(zip(PAGES, call(self.url, "bench.looking.queries", looks), strict=True))


def main(argv: list[str] | None = None) -> None:
    arguments = _arguments(argv)
    urls = {size: filled_database(size) for size in arguments.sizes}
    with ExitStack() as stack:
        sites = {size: Site(url, stack.enter_context(serving(url))) for size, url in urls.items()}
        queries = {size: site.queries() for size, site in sites.items()}
        measured = _measure(sites, rounds=arguments.rounds)
    rows = [_row(page, size, measured, queries) for page in PAGES for size in sites]
    verdicts = list(_verdicts(measured, queries, min(sites), max(sites)))
    publish("pages", rows, verdicts=verdicts)
    print("\n" + "\n".join(verdicts))


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"of {PER_ROUND} requests each")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="tickets")
    return parser.parse_args(argv)


def _measure(sites: dict[int, Site], *, rounds: int) -> dict[tuple[str, int], Measured]:
    measured = defaultdict(Measured)
    for page in PAGES:
        for site in sites.values():
            site.ask(page, WARM_UP)
        for _ in range(rounds):
            for size, site in sites.items():
                _measure_once(site, page, measured[page, size])
        print(f"{page} …", flush=True)
    return measured


def _measure_once(site: Site, page: str, measured: Measured) -> None:
    web, database = site.server.cpu_ms()
    measured.wall += site.ask(page, PER_ROUND)
    web_after, database_after = site.server.cpu_ms()
    measured.web_ms += computed(web, web_after)
    measured.database_ms += computed(database, database_after)


def _row(page: str, size: int, measured: dict, queries: dict) -> dict:
    one, least = measured[page, size], measured[page, min(queries)]
    return {
        "page": page,
        "tickets": size,
        "median ms": median(one.wall),
        "p95 ms": percentile_95(one.wall),
        "web CPU ms": round(one.web_ms / len(one.wall), 1),
        "database CPU ms": round(one.database_ms / len(one.wall), 1),
        "queries": queries[size][page],
        "CPU growth": round(one.cpu_ms() / least.cpu_ms(), 2),
        "wall growth": round(median(one.wall) / median(least.wall), 2),
    }


def _verdicts(measured: dict, queries: dict, least: int, most: int):
    for page, limit in MOST_QUERIES.items():
        needed = max(counts[page] for counts in queries.values())
        yield _verdict(f"{page}: {needed} queries, at most {limit}", needed <= limit)
    for page, limit in MOST_GROWTH.items():
        large, small = measured[page, most], measured[page, least]
        cpu, wall = large.cpu_ms() / small.cpu_ms(), median(large.wall) / median(small.wall)
        words = f"{page}: {cpu:.2f} times the CPU, {wall:.2f} times the wall time, at most {limit}"
        yield _verdict(words, cpu <= limit)
    queue = measured[QUEUE, most].cpu_ms()
    for page in PAGES:
        if page.startswith("search"):
            share = measured[page, most].cpu_ms() / queue
            words = f"{page}: {share:.2f} times the queue's CPU, at most {SEARCH_AGAINST_QUEUE}"
            yield _verdict(words, share <= SEARCH_AGAINST_QUEUE)


def _verdict(words: str, is_kept: bool) -> str:
    return f"{'kept  ' if is_kept else 'MISSED'}  {words}"


if __name__ == "__main__":
    main()
