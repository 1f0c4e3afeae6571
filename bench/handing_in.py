"""Hands mails to the intake and takes the time. Runs inside Django (bench.inside)."""

import os
import tempfile
import time

from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone

from bench.intake import mails
from bench.processes import cpu_ms
from bench.report import median
from helpdesk.models import InboundMail, InboundState, Outcome
from helpdesk.models.mail import Source
from helpdesk.services.intake import receive_mail


def hand_in(many: int, name: str) -> dict:
    """Return seconds, median and processor milliseconds of a mail, and how many tickets it made.

    :raises RuntimeError: if a mail was not filed: quarantine is quick and proves nothing.
    """
    raws, took = mails(many, name), []
    begun, computed = time.perf_counter(), _cpu_ms()
    with tempfile.TemporaryDirectory() as folder, override_settings(STORAGES=_storages(folder)):
        for raw in raws:
            started = time.perf_counter()
            receive_mail(raw, source=Source.PIPE, at=timezone.now())
            took.append((time.perf_counter() - started) * 1000)
    seconds, computed = time.perf_counter() - begun, _cpu_ms() - computed
    handed_in = InboundMail.objects.filter(sender__endswith=f".{name}@mail.example")
    filed = handed_in.filter(state=InboundState.FILED)
    if filed.count() != many:
        raise RuntimeError(f"Of {many} mails only {filed.count()} were filed.")
    return {
        "seconds": seconds,
        "median_ms": median(took),
        "cpu_ms": computed / many,
        "tickets": filed.filter(outcome=Outcome.TICKET_OPENED).count(),
    }


def _cpu_ms() -> float:
    """What this process and its database connection have computed so far."""
    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    return sum(cpu_ms([os.getpid(), backend]).values())


def _storages(folder: str) -> dict:
    storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": folder},
    }
    return {"default": storage, "staticfiles": storage}
