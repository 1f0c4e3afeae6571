"""Who is at which ticket."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from redis.exceptions import RedisError
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from accounts.models import User
from helpdesk.api.acts import TicketActs
from helpdesk.api.serializers.live import HeartbeatSerializer, PresenceSerializer
from helpdesk.api.viewsets import RestViewSet
from helpdesk.live.audience import audience_of
from helpdesk.live.hints import tell_of_presence
from helpdesk.live.presence import note_heartbeat, note_leaving, who_is_at
from helpdesk.models import Ticket
from helpdesk.whole_numbers import whole_number

#: As many as a page of a list shows, and a little more.
MOST_TICKETS = 100
TAB = OpenApiParameter("tab", str, description="The window that is left, as in its heartbeats.")


@dataclass(frozen=True)
class Present:
    user: User
    state: str
    since: datetime
    is_you: bool


class PresenceActs(TicketActs):
    """Presence at a ticket. Without Redis nobody is seen, and nothing fails."""

    @extend_schema(responses=PresenceSerializer)
    @action(detail=True, serializer_class=HeartbeatSerializer)
    def presence(self, request, pk):
        """Say who is at the ticket now."""
        return self._shown(self.get_object().pk)

    @extend_schema(request=HeartbeatSerializer, responses=PresenceSerializer)
    @presence.mapping.post
    def arrive(self, request, pk):
        """Be at the ticket for the next 25 seconds; to stay, say so again within ten."""
        ticket, facts, now = self.get_object(), self.facts(), timezone.now()
        left = facts.pop("left", None)
        audience = audience_of(ticket.pk).topics
        with suppress(RedisError, OSError):
            if note_heartbeat(ticket.pk, **facts, audience=audience, by=request.user, at=now):
                tell_of_presence(ticket.pk, to=audience)
            if left and left != ticket.pk:
                _leave(left, tab=facts["tab"], by=request.user)
        return self._shown(ticket.pk)

    @extend_schema(request=None, responses={204: None}, parameters=[TAB])
    @presence.mapping.delete
    def depart(self, request, pk):
        """Leave the ticket at once."""
        ticket, tab = self.get_object(), request.query_params.get("tab", "0")
        with suppress(RedisError, OSError):
            _leave(ticket.pk, tab=tab[:16], by=request.user)
        return Response(status=204)

    def _shown(self, ticket_id: int) -> Response:
        people = present_at([ticket_id], reader=self.request.user).get(ticket_id, [])
        return Response(PresenceSerializer({"ticket": ticket_id, "people": people}).data)


class PresenceAtTickets(RestViewSet):
    """Presence at the tickets of a list."""

    serializer_class = PresenceSerializer
    filter_backends = ()
    pagination_class = None

    @extend_schema(
        parameters=[OpenApiParameter("ticket", OpenApiTypes.INT64, many=True, required=True)],
        responses=PresenceSerializer(many=True),
    )
    def list(self, request):
        """Say who is at each of up to 100 tickets; those without anybody are left out."""
        asked = _numbers(request.query_params.getlist("ticket"))
        visible = Ticket.objects.visible_to(request.user).filter(pk__in=asked)
        found = present_at(visible.values_list("pk", flat=True), reader=request.user)
        shown = [{"ticket": ticket, "people": people} for ticket, people in found.items()]
        return Response(PresenceSerializer(shown, many=True).data)


def present_at(ticket_ids, *, reader: User) -> dict[int, list[Present]]:
    """Read who is there, with their names, in one query; none if it is only the reader."""
    try:
        found = who_is_at(ticket_ids, at=timezone.now())
    except (RedisError, OSError):
        return {}
    ids = {presence.user_id for people in found.values() for presence in people}
    others = ids - {reader.pk}
    users = {reader.pk: reader} | (User.objects.active().in_bulk(others) if others else {})
    return {
        ticket: [
            Present(users[one.user_id], one.state, one.since, one.user_id == reader.pk)
            for one in people
            if one.user_id in users
        ]
        for ticket, people in found.items()
    }


def _leave(ticket_id: int, *, tab: str, by: User) -> None:
    """Of a ticket at which they were not nobody hears anything."""
    if note_leaving(ticket_id, tab=tab, by=by):
        tell_of_presence(ticket_id, to=audience_of(ticket_id).topics)


def _numbers(texts: list[str]) -> list[int]:
    numbers = [number for number in map(whole_number, texts) if number]
    if len(numbers) != len(texts) or len(numbers) > MOST_TICKETS:
        message = {"ticket": [f"Name up to {MOST_TICKETS} tickets by their numbers."]}
        raise ValidationError(message, code="invalid")
    return numbers
