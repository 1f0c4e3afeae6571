"""What it costs to hold one case against 1, 50 and 500 routes: python -m bench.criteria"""

import argparse
import os

from bench.inside import call
from bench.report import publish

ROUTES = (1, 50, 500)
#: What is promised for the last of them, in milliseconds of processor time.
MOST_MS = 5


def main(argv: list[str] | None = None) -> None:
    argparse.ArgumentParser(description=__doc__).parse_args(argv)
    rows = call(os.environ["DATABASE_URL"], "bench.asking.costs", ROUTES)
    publish("criteria", rows, promised_ms=MOST_MS)
    verdict = "kept" if rows[-1]["median ms"] < MOST_MS else "NOT kept"
    print(f"{verdict}    {rows[-1]['routes']} routes in {rows[-1]['median ms']} ms")


if __name__ == "__main__":
    main()
