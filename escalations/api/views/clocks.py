"""Clocks of tickets, each explained, and the act that ends them without an answer."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.response import Response

from escalations.api.serializers.clocks import (
    ClockSerializer,
    ExplanationSerializer,
    NoResponseNeededSerializer,
)
from escalations.explanations import explanation_of
from escalations.models import SLAClock
from escalations.selectors import clocks_shown
from escalations.services.clocks import NothingWaits, ReasonNeeded, exempt_clock
from helpdesk.api.acts import TicketActs, act
from helpdesk.api.viewsets import ListViewSet, RestViewSet
from helpdesk.models import Ticket


class TicketClocks(ListViewSet):
    """All clocks of a ticket: running, paused, over."""

    queryset = SLAClock.objects.none()
    serializer_class = ClockSerializer
    filter_backends = ()

    def get_queryset(self):
        visible = Ticket.objects.visible_to(self.request.user)
        ticket = visible.only("pk").get(pk=self.kwargs["ticket"])
        return clocks_shown(SLAClock.objects.filter(ticket=ticket).readable_by(self.request.user))


class ClockViewSet(RetrieveModelMixin, RestViewSet):
    """One clock of a ticket the person may see."""

    queryset = SLAClock.objects.none()
    serializer_class = ClockSerializer

    def get_queryset(self):
        return clocks_shown(SLAClock.objects.visible_to(self.request.user))

    @extend_schema(responses=ExplanationSerializer)
    @action(detail=True, methods=["get"], serializer_class=ExplanationSerializer)
    def explanation(self, request, pk):
        """Say why the deadline is where it is: every block, pause, holiday and policy asked.

        Made anew from the timeline, not read from what was stored.
        """
        clock = self.get_object()
        return Response(ExplanationSerializer(explanation_of(clock)).data)


class ClockActs(TicketActs):
    @act(NoResponseNeededSerializer, refuses=(ReasonNeeded, NothingWaits))
    def no_response_needed(self, request, pk):
        """Say that nobody has to answer: the open reply clocks stop, with who and why.

        A later message of the customer starts them anew.
        """
        number = self.get_object().pk
        exempt_clock(number, **self.facts(), by=request.user, at=timezone.now())
        return self.show(number)
