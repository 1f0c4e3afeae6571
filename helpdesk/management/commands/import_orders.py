"""Take orders and customers in from files."""

import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.errors import RuleViolation
from helpdesk.services.order_import import DEFAULT_STORE, Report, Source, import_files

#: Exit status where some records were refused and the rest went in.
SOME_REFUSED = 3


class Command(BaseCommand):
    help = (
        "Import orders, customers and products from JSON files (docs/order-import.md). A second"
        " import of the same file changes nothing. Exit status 3: some records were refused."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--store", default=DEFAULT_STORE, help=f"where the orders belong ({DEFAULT_STORE})"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen, and change nothing"
        )

    def handle(self, *, files, store, dry_run, **options):
        begun = self._told_at = time.monotonic()
        try:
            report = import_files(
                files,
                store_name=store,
                at=timezone.now(),
                refuse=lambda refusal: self.stderr.write(f"Refused: {refusal}"),
                progress=self._tell,
                is_rehearsal=dry_run,
            )
        except RuleViolation as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_table(report))
        if dry_run:
            self.stdout.write("This was a rehearsal: nothing was changed.")
        self.stdout.write(f"Took {time.monotonic() - begun:.1f} s.")
        if report.refused:
            raise SystemExit(SOME_REFUSED)

    def _tell(self, source: Source, done: int) -> None:
        """One line a second at most, and one for a file's end."""
        if time.monotonic() - self._told_at < 1 and done < source.records:
            return
        self._told_at = time.monotonic()
        self.stdout.write(f"{source.path.name}: {done:,} of {source.records:,} {source.kind}")
        self.stdout.flush()


def _table(report: Report) -> str:
    columns = ("created", "updated", "unchanged", "refused")
    rows = [f"{'':10}" + "".join(f"{column:>11}" for column in columns)]
    for kind, counts in report.counts.items():
        cells = "".join(f"{counts[column]:>11,}" for column in columns)
        read = f"   {counts['read']:,} read for their titles" if counts["read"] else ""
        rows.append(f"{kind:10}{cells}{read}")
    return "\n".join(rows)
