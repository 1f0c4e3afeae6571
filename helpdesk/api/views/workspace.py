"""How the person who asks works, and what they have had before their eyes."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response

from helpdesk.api.acts import TicketActs, act
from helpdesk.api.serializers.workspace import LookSerializer, PreferencesSerializer
from helpdesk.api.viewsets import RestViewSet
from helpdesk.services.looks import look_at_ticket
from helpdesk.services.workspace import after_sending_of, set_after_sending


class PreferenceViewSet(RestViewSet):
    """One's own preferences. Theme, density and widths belong to the device and stay in it."""

    serializer_class = PreferencesSerializer
    filter_backends = ()
    pagination_class = None

    @extend_schema(operation_id="preferences", responses=PreferencesSerializer)
    def list(self, request):
        """Say how one works."""
        return self._shown()

    @extend_schema(operation_id="preferences_choose", responses={200: PreferencesSerializer})
    def create(self, request):
        """Choose where to be once a reply is sent: on the ticket, at the next one, in the list."""
        set_after_sending(request.user, **self.facts())
        return self._shown()

    def _shown(self) -> Response:
        return Response({"after_sending": after_sending_of(self.request.user)})


class LookActs(TicketActs):
    @extend_schema(responses={204: OpenApiResponse(description="It is kept.")})
    @act(LookSerializer)
    def look(self, request, pk):
        """Say that one has read the ticket up to an event; its lines behind the bell are read."""
        self.perform(look_at_ticket)
        return Response(status=204)
