"""Give every business calendar of a country the public holidays of the coming years."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from escalations.services.calendars import top_up_holidays


class Command(BaseCommand):
    help = "Copy the public holidays of the coming years into the business calendars."

    def handle(self, **options):
        count = top_up_holidays(at=timezone.now())
        self.stdout.write(f"{count} calendars have holidays of another year.")
