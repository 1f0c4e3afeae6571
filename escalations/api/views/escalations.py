"""Escalations over REST: lists, one with its steps, and every act of the contract."""

import django_filters
from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.response import Response

from accounts.models import Team, User
from accounts.services.values import ValueNotPossible
from escalations.api.fields import mistakes_as_errors
from escalations.api.serializers import escalations as shapes
from escalations.contract_reads import named, running_escalation, ways_up, whole
from escalations.models import Escalation, EscalationState
from escalations.services import accepting, assignment, ending, escalating, returning
from escalations.services.contract import (
    AlreadyAccepted,
    EscalationIsBinding,
    EscalationNotPossible,
    WordsNeeded,
)
from helpdesk.api.acts import TicketActs, act
from helpdesk.api.schema import refusal
from helpdesk.api.serializers.inputs import NothingSerializer
from helpdesk.api.viewsets import ListViewSet
from helpdesk.filters import IdFilter
from helpdesk.paging import Key

NOT_NOW = (EscalationNotPossible, WordsNeeded)
GIVES = {"gives": shapes.WholeEscalationSerializer}


class EscalationFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=EscalationState.choices)
    team = django_filters.ModelChoiceFilter(queryset=Team.objects.order_by("pk"))
    specialist = django_filters.ModelChoiceFilter(queryset=User.objects.order_by("pk"))
    ticket = IdFilter(field_name="ticket_id")
    mine = django_filters.BooleanFilter(
        method="only_mine", label="Those one is the specialist or the first agent of."
    )

    class Meta:
        model = Escalation
        fields: list[str] = []

    def only_mine(self, queryset, name, value):
        mine = Q(specialist=self.request.user) | Q(first_agent=self.request.user)
        return queryset.filter(mine) if value else queryset.exclude(mine)


class EscalationViewSet(RetrieveModelMixin, ListViewSet):
    """Escalations somebody sees: of their tickets and teams, and those they handed up."""

    queryset = Escalation.objects.all()
    serializer_class = shapes.EscalationSerializer
    filterset_class = EscalationFilter

    def get_serializer_class(self):
        is_one = self.action == "retrieve"
        return shapes.WholeEscalationSerializer if is_one else super().get_serializer_class()

    def get_queryset(self):
        visible = Escalation.objects.visible_to(self.request.user)
        return named(visible) if self.action == "list" else whole(visible)

    def sort_keys(self):
        return (Key("pk", is_descending=True),)

    @act(refuses=(AlreadyAccepted, EscalationNotPossible), **GIVES)
    def accept(self, request, pk):
        """Take the case on; of several who try at once exactly one gets it."""
        return self._perform(accepting.accept)

    @act(shapes.ReturnSerializer, refuses=(*NOT_NOW, EscalationIsBinding), **GIVES)
    def send_back(self, request, pk):
        """Return the case with what is missing; the second time a lead has to decide."""
        return self._perform(returning.send_back)

    @act(shapes.ResubmissionSerializer, refuses=NOT_NOW, **GIVES)
    def resubmit(self, request, pk):
        """Hand the case up again; the tier goes on with what is left of its time."""
        return self._perform(escalating.resubmit)

    @act(shapes.VerdictSerializer, refuses=NOT_NOW, **GIVES)
    def decide(self, request, pk):
        """Decide where a case belongs that was sent back twice."""
        return self._perform(returning.decide)

    @act(shapes.HandOverSerializer, refuses=(*NOT_NOW, accepting.CannotTakeOver), **GIVES)
    def hand_over(self, request, pk):
        """Give the case to another specialist; no clock stops."""
        return self._perform(accepting.hand_over)

    @act(shapes.WhySerializer, refuses=NOT_NOW, **GIVES)
    def withdraw(self, request, pk):
        """Take the case back that nobody has accepted."""
        return self._perform(ending.withdraw)

    @act(shapes.CompletionSerializer, refuses=(*NOT_NOW, ValueNotPossible), **GIVES)
    def complete(self, request, pk):
        """End the case with what was done."""
        return self._perform(ending.complete)

    @extend_schema(responses=shapes.CandidateSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def candidates(self, request, pk):
        """Rank who could take the case, each with the reasons."""
        found = assignment.candidates_for(self.get_object(), at=timezone.now())
        return Response(shapes.CandidateSerializer(found, many=True).data)

    @extend_schema(
        request=NothingSerializer,
        responses={
            200: shapes.WholeEscalationSerializer,
            409: refusal(assignment.NothingToPull),
        },
    )
    @action(
        detail=False, methods=["post"], url_path="pull-next", serializer_class=NothingSerializer
    )
    def pull_next(self, request):
        """Accept the most urgent case that waits for one's teams and that one can solve."""
        self.facts()
        return self._shown(assignment.pull_next(by=request.user, at=timezone.now()).pk)

    def _perform(self, service) -> Response:
        pk = self.get_object().pk
        with mistakes_as_errors():
            service(pk, **self.facts(), by=self.request.user, at=timezone.now())
        return self._shown(pk)

    def _shown(self, pk: int) -> Response:
        escalation = whole(Escalation.objects.all()).get(pk=pk)
        context = self.get_serializer_context()
        return Response(shapes.WholeEscalationSerializer(escalation, context=context).data)


class EscalatingActs(TicketActs):
    @act(
        shapes.EscalateSerializer,
        gives=shapes.EscalatedSerializer,
        refuses=(escalating.CannotEscalate, WordsNeeded),
    )
    def escalate(self, request, pk):
        """Hand the case up by a route, or join the escalation that runs."""
        number, facts = self.get_object().pk, self.facts()
        facts["route_id"] = facts.pop("route").pk
        with mistakes_as_errors():
            done = escalating.escalate(number, **facts, by=request.user, at=timezone.now())
        shown = named(Escalation.objects.all()).get(pk=done.escalation.pk)
        answer = {"is_new": done.is_new, "escalation": shown}
        return Response(shapes.EscalatedSerializer(answer).data)

    @extend_schema(responses=shapes.WaysSerializer, filters=False)
    @escalate.mapping.get
    def ways_up(self, request, pk):
        """List the routes the ticket could go up by, with what they ask."""
        ticket = self.get_object()
        running = running_escalation(ticket)
        answer = {"running": running and running.pk, "routes": ways_up(ticket)}
        return Response(shapes.WaysSerializer(answer).data)
