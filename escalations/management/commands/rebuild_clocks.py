"""Compare the rows of clocks with what the timelines say."""

from django.core.management.base import BaseCommand, CommandError

from escalations.models import SLAClock
from escalations.services.clocks import rebuild
from helpdesk.models import Ticket


class Command(BaseCommand):
    help = (
        "Read the clocks of every ticket, or of those named, anew from the timeline and report"
        " every difference; --repair writes what the timeline says. Safe while people work."
    )

    def add_arguments(self, parser):
        parser.add_argument("tickets", nargs="*", type=int, help="numbers; all without")
        parser.add_argument("--repair", action="store_true", help="write what the timeline says")

    def handle(self, *, tickets, repair, **options):
        rows = SLAClock.objects.filter(ticket__in=tickets) if tickets else SLAClock.objects.all()
        numbers = rows.order_by("ticket").values_list("ticket", flat=True).distinct()
        looked_at = different = 0
        for number in numbers.iterator():
            found = rebuild(Ticket.objects.get(pk=number), repairs=repair)
            looked_at, different = looked_at + 1, different + bool(found)
            for each in found:
                self.stdout.write(
                    f"ticket {number}, clock {each.clock_id}, {each.column}:"
                    f" {each.stored!s} should be {each.rebuilt!s}"
                )
        self.stdout.write(f"{looked_at} tickets looked at, {different} differ.")
        if different and not repair:
            raise CommandError("Some rows are not what the timeline says; see --repair.")
