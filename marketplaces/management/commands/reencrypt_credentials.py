"""manage.py reencrypt_credentials: after a new key was put in front of CREDENTIAL_KEYS."""

from django.core.management.base import BaseCommand

from marketplaces.services.reencrypting import reencrypt


class Command(BaseCommand):
    help = "Encrypt the credentials of stores anew with the first of CREDENTIAL_KEYS."

    def handle(self, **options):
        count = reencrypt()
        self.stdout.write(f"{count} encrypted with the first key. Older keys can be taken away.")
