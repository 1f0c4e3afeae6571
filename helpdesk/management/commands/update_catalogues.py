"""``manage.py update_catalogues``: what is said in the sources, into the files of translators."""

from django.conf import settings
from django.core.management.base import BaseCommand

from helpdesk.catalogues import is_translated, update_catalogue


class Command(BaseCommand):
    help = "Bring locale/*/LC_MESSAGES/django.po to the sentences there are now and compile them."
    requires_system_checks = ()

    def handle(self, **options):
        for language, name in settings.LANGUAGES:
            if language == settings.LANGUAGE_CODE:
                continue
            catalogue = update_catalogue(settings.BASE_DIR, language)
            missing = sum(1 for message in catalogue if message.id and not is_translated(message))
            self.stdout.write(f"{name}: {len(catalogue)} entries, {missing} not translated")
