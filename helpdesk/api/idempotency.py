"""``Idempotency-Key``: how the REST door reads it and answers a repetition."""

import hashlib
import re

from django.http import HttpResponse
from rest_framework.exceptions import ValidationError

from helpdesk.services.idempotency import Answer

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def key_of(request) -> str | None:
    """Return the request's key, or None where it has none.

    :raises ValidationError: for a key that is not 1 to 255 visible ASCII characters.
    """
    key = request.headers.get(HEADER)
    if key is not None and not _KEY.fullmatch(key):
        raise ValidationError({HEADER: ["A key has 1 to 255 visible ASCII characters."]})
    return key


def fingerprint(request) -> str:
    """Hash method, address and body.

    A form with files is hashed by its parts: its boundary is another one in every repetition.
    """
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type.startswith("multipart/"):
        for part in _parts(request):
            digest.update(hashlib.sha256(part).digest())
    else:
        digest.update(request.body)
    return digest.hexdigest()


def replay(answer: Answer) -> HttpResponse:
    """Give the stored answer again, and say so."""
    response = HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)
    response["Idempotency-Replayed"] = "true"
    return response


def _parts(request):
    for name, values in sorted(request.POST.lists()):
        for value in values:
            yield from (b"field", name.encode(), value.encode("utf-8", "replace"))
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            yield from (b"file", name.encode(), (file.name or "").encode("utf-8", "replace"))
            yield hashlib.sha256(file.read()).digest()
            file.seek(0)
