"""What no view answered: addresses nobody has, and bugs, as problem details under /api/."""

from django.conf import settings
from django.http import JsonResponse
from django.views import defaults
from rest_framework.exceptions import NotFound
from rest_framework.views import APIView

from helpdesk.api.problems import CONTENT_TYPE, problem

PREFIX = "/api/"


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
    if not request.path.startswith(PREFIX):
        return defaults.server_error(request)
    detail = f"{settings.SUPPORT_NAME} made a mistake; it is in the log."
    return _answer(request, 500, "server_error", detail)


def _answer(request, status: int, code: str, detail: str) -> JsonResponse:
    members = problem(status, code, detail, instance=request.path)
    return JsonResponse(members, status=status, content_type=CONTENT_TYPE)
