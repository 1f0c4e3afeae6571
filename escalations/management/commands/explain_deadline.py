"""Say why a deadline is where it is, line by line."""

from django.core.management.base import BaseCommand, CommandError

from escalations.explanations import Explanation, explanation_of
from escalations.line_words import moment_words_in, what_words, when_words
from escalations.models import Metric, SLAClock


class Command(BaseCommand):
    help = "Explain the deadlines of a ticket: what was counted, what was not and why."

    def add_arguments(self, parser):
        parser.add_argument("ticket", type=int, help="the ticket's number")
        parser.add_argument("metric", nargs="?", choices=Metric.values, help="only this promise")

    def handle(self, *, ticket, metric, **options):
        clocks = SLAClock.objects.filter(ticket=ticket).select_related("ticket").order_by("pk")
        if metric:
            clocks = clocks.filter(metric=metric)
        if not clocks:
            raise CommandError(f"No such clock runs or ran on a ticket {ticket}.")
        for clock in clocks:
            self._tell(explanation_of(clock))

    def _tell(self, explained: Explanation) -> None:
        clock, zone = explained.clock, explained.zone
        self.stdout.write(f"{clock.get_metric_display()} ({clock.get_state_display()}), {zone}")
        if explained.decided:
            decided = explained.decided
            self.stdout.write(f"  by {decided.name}, version {decided.number}")
        for line in explained.lines:
            counted = f"{line.counted}" if line.counted else ""
            when, what = when_words(line, zone), what_words(line)
            self.stdout.write(f"  {when:<34} {what:<48} {counted:>12}".rstrip())
        until = "no deadline while it rests"
        if explained.reading.due_at is not None:
            until = f"due {moment_words_in(explained.reading.due_at, zone)}"
        left = f", {explained.left} left" if explained.left else ""
        self.stdout.write(f"  {explained.counted} of {explained.target} counted{left}: {until}")
