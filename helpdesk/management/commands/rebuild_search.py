"""Make every ticket findable anew."""

import time

from django.core.management.base import BaseCommand

from helpdesk.services.search import rebuild


class Command(BaseCommand):
    help = (
        "Write the words of every ticket into the search anew, in batches. Safe while people work;"
        " may be broken off and run again, or go on with --after."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--after", type=int, default=0, metavar="NUMBER", help="begin behind this ticket"
        )

    def handle(self, *, after, **options):
        begun = self._told_at = time.monotonic()
        rebuild(after=after, progress=self._tell)
        self.stdout.write(f"Took {time.monotonic() - begun:.1f} s.")

    def _tell(self, reached: int, last: int) -> None:
        """One line a second at most, and one for the end."""
        if time.monotonic() - self._told_at < 1 and reached < last:
            return
        self._told_at = time.monotonic()
        self.stdout.write(f"ticket {reached} of {last}")
        self.stdout.flush()
