"""Hands mails to the intake and takes the time. Runs inside Django (bench.inside)."""

import tempfile
import time

from django.test.utils import override_settings
from django.utils import timezone

from bench.intake import mails
from bench.report import median
from helpdesk.models import InboundMail, InboundState, Outcome
from helpdesk.models.mail import Source
from helpdesk.services.intake import receive_mail


def hand_in(many: int, name: str) -> dict:
    """Return seconds, the median of a mail in milliseconds, and how many tickets were opened.

    :raises RuntimeError: if a mail was not filed: quarantine is quick and proves nothing.
    """
    raws, took = mails(many, name), []
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, override_settings(STORAGES=_storages(folder)):
        for raw in raws:
            started = time.perf_counter()
            receive_mail(raw, source=Source.PIPE, at=timezone.now())
            took.append((time.perf_counter() - started) * 1000)
    seconds = time.perf_counter() - begun
    handed_in = InboundMail.objects.filter(sender__endswith=f".{name}@mail.example")
    filed = handed_in.filter(state=InboundState.FILED)
    if filed.count() != many:
        raise RuntimeError(f"Of {many} mails only {filed.count()} were filed.")
    return {
        "seconds": seconds,
        "median_ms": median(took),
        "tickets": filed.filter(outcome=Outcome.TICKET_OPENED).count(),
    }


def _storages(folder: str) -> dict:
    storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": folder},
    }
    return {"default": storage, "staticfiles": storage}
