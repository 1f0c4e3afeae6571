"""Errors of the REST door: RFC 9457 problem details with a stable ``code``."""

from http import HTTPStatus

from django.core.exceptions import (
    ObjectDoesNotExist,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.core.exceptions import PermissionDenied as RoleForbids
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions
from rest_framework.response import Response

from accounts.errors import RuleViolation
from helpdesk.api.parsers import BodyTooLarge
from helpdesk.api.serializers.timeline import MissedSerializer
from helpdesk.downloads import FileIsGone
from helpdesk.services.conversation import SomethingWasMissed
from helpdesk.services.idempotency import KeyInFlight, KeyReused

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 1
MAX_DETAIL = 1000


def exception_handler(error, context):
    """Translate what a view raised; None for a bug, which goes to the log whole."""
    instance = context["request"].path
    if isinstance(error, RuleViolation):
        return _refused(error, instance)
    known = _as_api_exception(error)
    return _failed(known, instance) if known else None


def problem(status: int, code: str, detail: str, *, instance: str, **members) -> dict:
    """Build the members of one problem. ``detail`` is cut where somebody sent a novel."""
    return {
        "type": f"urn:problem-type:recourse:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": int(status),
        "detail": printable(detail)[:MAX_DETAIL],
        "instance": printable(instance)[:MAX_DETAIL],
        "code": code,
        **members,
    }


def printable(text: object) -> str:
    """Replace what UTF-8 cannot carry; an error may quote what somebody sent."""
    return str(text).encode("utf-8", "replace").decode()


def _refused(error: RuleViolation, instance: str) -> Response:
    """A rule of the helpdesk: nothing is wrong with the request's form."""
    is_reused = isinstance(error, KeyReused)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_reused else HTTPStatus.CONFLICT
    members = dict(error.extra)
    if isinstance(error, SomethingWasMissed):
        members["missed"] = MissedSerializer(error.missed, many=True).data
    if error.field:
        members["errors"] = [_entry(error.field, error.code, error)]
    response = _respond(problem(status, error.code, str(error), instance=instance, **members))
    if isinstance(error, KeyInFlight):
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _failed(error: exceptions.APIException, instance: str) -> Response:
    if isinstance(error, exceptions.ValidationError):
        entries = list(_entries(error.detail))
        response = _respond(
            problem(
                error.status_code,
                "validation_failed",
                " ".join(_sentence(entry) for entry in entries),
                instance=instance,
                errors=entries,
            )
        )
    else:
        code = getattr(error.detail, "code", None) or error.default_code
        response = _respond(problem(error.status_code, code, error.detail, instance=instance))
    if getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None):
        response["Retry-After"] = str(int(error.wait))
    return response


def _as_api_exception(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, FileIsGone):
        return exceptions.NotFound(str(error), code="file_is_gone")
    if isinstance(error, (Http404, ObjectDoesNotExist)):
        return exceptions.NotFound()
    if isinstance(error, RoleForbids):
        return exceptions.PermissionDenied(str(error) or None)
    if isinstance(error, RequestDataTooBig):
        return BodyTooLarge()
    if isinstance(error, (SuspiciousOperation, MultiPartParserError)):
        return exceptions.ParseError(str(error) or None)
    return None


def _entries(detail, path: str = ""):
    """Flatten nested errors to one entry per sentence, with a dotted field name."""
    if isinstance(detail, dict):
        for name, below in detail.items():
            yield from _entries(below, _join(path, name))
    elif isinstance(detail, list):
        for position, below in enumerate(detail):
            is_row = isinstance(below, (dict, list))
            yield from _entries(below, _join(path, position) if is_row else path)
    else:
        yield _entry(path, getattr(detail, "code", "invalid"), detail)


def _join(path: str, name: object) -> str:
    if name == "non_field_errors":
        return path
    return f"{path}.{name}" if path else str(name)


def _entry(field: str, code: str, detail: object) -> dict:
    return {
        "field": printable(field)[:100],
        "code": code,
        "detail": printable(detail)[:MAX_DETAIL],
    }


def _sentence(entry: dict) -> str:
    return f"{entry['field']}: {entry['detail']}" if entry["field"] else entry["detail"]


def _respond(members: dict) -> Response:
    return Response(members, status=members["status"], content_type=CONTENT_TYPE)
