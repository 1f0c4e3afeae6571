"""Errors of the REST door: RFC 9457 problem details with a stable ``code``."""

from rest_framework.response import Response
from rest_framework.status import HTTP_409_CONFLICT
from rest_framework.views import exception_handler as drf_exception_handler

from helpdesk.errors import RuleViolation


def exception_handler(error, context):
    if isinstance(error, RuleViolation):
        return Response({"code": error.code, "detail": str(error)}, status=HTTP_409_CONFLICT)
    return drf_exception_handler(error, context)
