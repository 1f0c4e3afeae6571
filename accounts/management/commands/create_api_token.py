"""Make a token for somebody from the command line."""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.models.token import Scope
from accounts.services.tokens import LONGEST_LIFE, USUAL_LIFE, create_token


class Command(BaseCommand):
    help = "Make a token for the REST door and print it. It is shown this once."

    def add_arguments(self, parser):
        parser.add_argument("--email", required=True, help="whose token it is")
        parser.add_argument("--name", required=True, help="what it is for")
        parser.add_argument(
            "--scopes",
            required=True,
            type=_scopes,
            help=f"comma separated, of {', '.join(Scope.values)}",
        )
        parser.add_argument(
            "--days",
            type=int,
            default=USUAL_LIFE.days,
            choices=range(1, LONGEST_LIFE.days + 1),
            metavar=f"1..{LONGEST_LIFE.days}",
            help="how long it lives (default: %(default)s)",
        )

    def handle(self, *, email, name, scopes, days, **options):
        user = User.objects.active().filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(f"Nobody with the address {email} may sign in.")
        if not 1 <= len(name.strip()) <= 80:
            raise CommandError("A token's name has 1 to 80 characters.")
        life = timedelta(days=days)
        _, text = create_token(user, name=name, scopes=scopes, life=life, at=timezone.now())
        self.stdout.write(text)


def _scopes(text: str) -> list[str]:
    scopes = [scope.strip() for scope in text.split(",") if scope.strip()]
    unknown = set(scopes) - set(Scope.values)
    if unknown or not scopes:
        raise CommandError(f"Possible scopes: {', '.join(Scope.values)}.")
    return scopes
