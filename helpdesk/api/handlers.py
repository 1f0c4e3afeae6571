"""What no view answered: addresses nobody has, and bugs, as problem details under /api/."""

import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, JsonResponse
from django.template.loader import get_template
from django.views import defaults
from rest_framework.exceptions import NotFound
from rest_framework.views import APIView

from helpdesk.api.problems import CONTENT_TYPE, problem

PREFIX = "/api/"
RETRY_AFTER_SECONDS = 10


class NoSuchAddress(APIView):
    """Every address below /api/ that nothing else answers."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        raise NotFound("There is nothing at this address. Addresses end with a slash.")


def bad_request(request, exception):
    """Answer what the framework itself refuses, such as an unknown host."""
    if not request.path.startswith(PREFIX):
        return defaults.bad_request(request, exception)
    return _answer(request, 400, "bad_request", "The server could not read this request.")


def server_error(request):
    """Answer for what went wrong: 503 where the database is away, so that callers come back."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return _out_of_order(request)
    if not request.path.startswith(PREFIX):
        return defaults.server_error(request)
    detail = f"{settings.SUPPORT_NAME} made a mistake; it is in the log."
    return _answer(request, 500, "server_error", detail)


def _out_of_order(request):
    if request.path.startswith(PREFIX):
        detail = "The database cannot be reached. Nothing was done; ask again shortly."
        response = _answer(request, 503, "database_away", detail)
    else:
        # Without the request: a page that names the reader would need the database.
        response = HttpResponse(get_template("503.html").render(), status=503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _answer(request, status: int, code: str, detail: str) -> JsonResponse:
    members = problem(status, code, detail, instance=request.path)
    return JsonResponse(members, status=status, content_type=CONTENT_TYPE)
