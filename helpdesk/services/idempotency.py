"""A repeated request is one act.

The act and its key commit together: a process that dies before leaves neither, one that dies
after leaves both. In flight is a lock that dies with its connection, so no key is ever stuck.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from helpdesk.models import IdempotencyKey

KEPT_FOR = timedelta(days=7)


class KeyInFlight(RuleViolation):
    code = "idempotency_key_in_flight"


class KeyReused(RuleViolation):
    code = "idempotency_key_reused"


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    content_type: str


class KeyUse:
    """One use of a key: ``answer`` holds what the first request was told, or None for the first."""

    def __init__(self, row: IdempotencyKey, answer: Answer | None):
        self._row = row
        self.answer = answer

    def finish(self, answer: Answer) -> None:
        """Remember what the first request is told; without this nothing of it is kept."""
        self._row.finished_at = self._row.started_at
        self._row.response_status = answer.status
        self._row.response_body = answer.body
        self._row.response_type = answer.content_type
        self._row.save(force_insert=True)
        self.answer = answer


@contextmanager
def only_once(key: str, *, fingerprint: str, by, at: datetime) -> Iterator[KeyUse]:
    """Hold a person's key while their request runs, in one transaction with its act.

    A use that is not finished, or that raises, rolls the act back and leaves the key free.

    :raises KeyInFlight: while another request with the key runs.
    :raises KeyReused: if the key was used for another request.
    """
    with transaction.atomic():
        if not _lock(key, by=by):
            raise KeyInFlight(_("The first request with this key still runs. Ask again shortly."))
        use = _use_of(key, fingerprint=fingerprint, by=by, at=at)
        yield use
        if use.answer is None:
            transaction.set_rollback(True)


def forget_old_keys(*, at: datetime) -> int:
    """Delete keys older than they are kept; returns how many."""
    forgotten, _each = IdempotencyKey.objects.filter(started_at__lt=at - KEPT_FOR).delete()
    return forgotten


def _use_of(key: str, *, fingerprint: str, by, at: datetime) -> KeyUse:
    known = IdempotencyKey.objects.filter(user=by, key=key).first()
    if known is None:
        row = IdempotencyKey(user=by, key=key, fingerprint=fingerprint, started_at=at)
        return KeyUse(row, None)
    if known.fingerprint != fingerprint:
        raise KeyReused(
            _("This key was used for another request. A new request takes a new key."),
            field="Idempotency-Key",
        )
    body = bytes(known.response_body)
    return KeyUse(known, Answer(known.response_status, body, known.response_type))


def _lock(key: str, *, by) -> bool:
    """Take the key's lock without waiting; it is given back when the transaction ends."""
    digest = hashlib.sha256(f"idempotency:{by.pk}:{key}".encode()).digest()
    number = int.from_bytes(digest[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return cursor.fetchone()[0]
