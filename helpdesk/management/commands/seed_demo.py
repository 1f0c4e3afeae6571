"""Fill an empty installation with the demo company."""

import json
import sys
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from helpdesk.demo.company import PASSWORD, people_planned
from helpdesk.demo.connecting import connect_demo_stores
from helpdesk.demo.seeding import seed


class Command(BaseCommand):
    help = "Fill an empty installation with the demo company Northvane Kitchen."

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where there is a user already"
        )
        parser.add_argument(
            "--logins", action="store_true", help="only print who of the demo can sign in"
        )
        parser.add_argument(
            "--connect",
            action="store_true",
            help="only connect the demo's stores with the marketplaces told as JSON on stdin",
        )
        parser.add_argument(
            "--now",
            type=datetime.fromisoformat,
            help="what the demo leads up to, e.g. 2026-03-02T15:00+00:00 (default: now)",
        )

    def handle(self, *, if_empty, logins, connect, now, **options):
        if logins:
            self.stdout.write(_logins())
            return
        if connect:
            told = json.load(sys.stdin)["shops"]
            count = connect_demo_stores(told, at=timezone.now())
            self.stdout.write(f"{count} stores of the demo are connected.")
            return
        if User.objects.exists():
            if not if_empty:
                raise CommandError(
                    "There are users already; the demo goes into an empty installation only."
                )
            return
        tickets = seed(now=_aware(now or timezone.now().replace(second=0, microsecond=0)))
        self.stdout.write(f"Northvane Kitchen is there: {tickets} tickets.\n\n{_logins()}")


def _aware(moment: datetime) -> datetime:
    """A moment without time zone is one of the installation's."""
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def _logins() -> str:
    planned = {person["email"]: person for person in people_planned()}
    there = User.objects.filter(email__in=planned, is_active=True).order_by("pk")
    if not there:
        return "No demo logins: this installation has no demo data."
    width = max(len(user.email) for user in there)
    rows = [f"{user.email:<{width}}  {user.get_role_display()}" for user in there]
    return "\n".join([f"Demo logins, all with the password {PASSWORD}", *rows])
