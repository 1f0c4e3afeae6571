"""Take one message from standard input, as a mail server's pipe hands it in."""

import os
import sys

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils import timezone

from helpdesk.models.mail import Source
from helpdesk.services.intake import receive_mail


class Command(BaseCommand):
    help = "Reads one RFC 5322 message from standard input (for a pipe of a mail server)."
    requires_system_checks: list[str] = []

    def handle(self, *args, **options):
        raw = sys.stdin.buffer.read()
        try:
            mail = receive_mail(raw, source=Source.PIPE, at=timezone.now())
        except DatabaseError as error:
            # The mail server keeps the message and hands it in again.
            self.stderr.write(f"The message could not be kept now: {error}")
            sys.exit(os.EX_TEMPFAIL)
        where = f", ticket {mail.ticket_id}" if mail.ticket_id else ""
        what = mail.get_outcome_display() or f"{mail.get_state_display()}: {mail.reason}"
        self.stdout.write(f"Mail {mail.pk}: {what}{where}")
