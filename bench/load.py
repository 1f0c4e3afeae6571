"""How quickly generate_load fills a database: python -m bench.load"""

import argparse
import time

from bench.databases import fresh_database, run
from bench.report import publish

PROMISED_S = 120


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000)
    arguments = parser.parse_args(argv)
    url = fresh_database("bench_load")
    begun = time.monotonic()
    run(url, "generate_load", "--tickets", str(arguments.tickets))
    took = time.monotonic() - begun
    row = {
        "tickets": arguments.tickets,
        "seconds": round(took, 1),
        "tickets/s": round(arguments.tickets / took),
    }
    publish("load", [row], promised=f"100,000 tickets in {PROMISED_S} s on two cores")


if __name__ == "__main__":
    main()
