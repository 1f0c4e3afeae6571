"""What a page needs to stay as it is in truth: a pass to the events, and what changed since."""

import hashlib
from datetime import UTC, datetime

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from redis.exceptions import RedisError
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from helpdesk.api.authentication import OnlyInSession
from helpdesk.api.serializers.inputs import NothingSerializer
from helpdesk.api.serializers.live import ChangesSerializer, EventPassSerializer
from helpdesk.api.viewsets import RestViewSet
from helpdesk.live.changes import (
    Changes,
    InvalidSince,
    Since,
    at_the_time,
    changes_for,
    now_in_the_timeline,
)
from helpdesk.live.names import PASS_LIVES
from helpdesk.live.passes import make_pass
from helpdesk.whole_numbers import whole_number

SINCE = (
    "`since` of the last answer; or the time at which a page was drawn, in seconds since 1970 and"
    " not longer ago than an hour; or nothing, to begin now."
)


class NoEventsNow(APIException):
    status_code = 503
    default_code = "no_events_now"
    default_detail = "There are no live events at the moment; poll the changes."


class EventPasses(RestViewSet):
    """Passes to the event server."""

    permission_classes = (IsAuthenticated, OnlyInSession)
    serializer_class = NothingSerializer
    filter_backends = ()

    @extend_schema(responses={201: EventPassSerializer})
    def create(self, request):
        """Get a one-use pass to the stream of events.

        It comes as a cookie that only the event server is sent, holds in this session only, and
        opens one stream (`text/event-stream`) at the address in the answer within a minute. The
        data of an event is a hint: `{"topic", "ticket", "version"}`.
        """
        self.facts()
        try:
            token = make_pass(request.user, session_key=request.session.session_key)
        except (RedisError, OSError) as error:
            raise NoEventsNow from error
        shown = {"url": settings.EVENTS_URL, "expires_in": PASS_LIVES}
        response = Response(EventPassSerializer(shown).data, status=201)
        response.set_cookie(
            settings.EVENTS_COOKIE_NAME,
            token,
            max_age=PASS_LIVES,
            path="/events/",
            secure=settings.IS_SECURE,
            httponly=True,
            samesite="Strict",
        )
        return response


class ChangesView(RestViewSet):
    """The polling beside the events."""

    serializer_class = ChangesSerializer
    filter_backends = ()
    pagination_class = None

    @extend_schema(
        responses={
            200: ChangesSerializer(many=False),
            304: OpenApiResponse(description="As you know it."),
        },
        parameters=[
            OpenApiParameter("since", str, description=SINCE),
            OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER),
        ],
    )
    def list(self, request):
        """Say which visible tickets changed since.

        Right even where events were lost. A change may be told twice: the version tells.
        """
        changes = _changes(request, at=timezone.now())
        shown = ChangesSerializer(changes).data
        tag = f'"{hashlib.sha256(JSONRenderer().render(shown)).hexdigest()[:32]}"'
        is_known = tag in request.headers.get("If-None-Match", "")
        return Response(
            None if is_known else shown, status=304 if is_known else 200, headers={"ETag": tag}
        )


def _changes(request, *, at: datetime) -> Changes:
    text = request.query_params.get("since", "")
    if not text:
        return Changes([], now_in_the_timeline(at=at))
    try:
        return changes_for(request.user, _since(text, at=at), at=at)
    except InvalidSince as error:
        message = {"since": ["Send back the text of an earlier answer, or leave it out."]}
        raise ValidationError(message, code="invalid") from error


def _since(text: str, *, at: datetime) -> Since:
    seconds = whole_number(text, digits=11)
    if seconds is None:
        return Since.read(text)
    return at_the_time(datetime.fromtimestamp(seconds, UTC), at=at)
