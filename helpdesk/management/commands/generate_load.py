"""Fill the tables with bulk data to measure against."""

import time
from argparse import ArgumentTypeError
from os import cpu_count

from django.core.management.base import BaseCommand
from django.utils import timezone

from helpdesk.load.generating import generate


class Command(BaseCommand):
    help = "Write many realistic tickets, past the services, to measure against."

    def add_arguments(self, parser):
        parser.add_argument(
            "--tickets", type=_at_least_one, default=100_000, help="how many (default 100000)"
        )
        parser.add_argument(
            "--seed", type=int, default=1, help="the same seed writes the same tickets (default 1)"
        )
        parser.add_argument(
            "--processes",
            type=_at_least_one,
            default=min(2, cpu_count() or 1),
            help="how many processes write (default 2, or 1 on one core)",
        )

    def handle(self, *, tickets, seed, processes, **options):
        begun = time.monotonic()
        progress = _Progress(self.stdout, tickets, begun)
        generate(tickets, seed=seed, processes=processes, at=timezone.now(), tell=progress.tell)
        took = time.monotonic() - begun
        self.stdout.write(
            f"{tickets:,} tickets in {took:.1f} s, {tickets / took:,.0f} tickets/s,"
            " search index and statistics included."
        )


class _Progress:
    """One line a second at most, and one for the end."""

    def __init__(self, out, total: int, begun: float):
        self.out, self.total, self.begun, self.told_at = out, total, begun, begun

    def tell(self, there: int) -> None:
        now = time.monotonic()
        if now - self.told_at < 1 and there < self.total:
            return
        self.told_at = now
        rate = there / (now - self.begun)
        self.out.write(
            f"{there:,} of {self.total:,} tickets, {rate:,.0f}/s,"
            f" {(self.total - there) / rate:.0f} s left"
        )
        self.out.flush()


def _at_least_one(text: str) -> int:
    try:
        number = int(text.replace(",", "").replace("_", ""))
    except ValueError:
        number = 0
    if number < 1:
        raise ArgumentTypeError(f"“{text}” is not possible: give a whole number from 1 on.")
    return number
