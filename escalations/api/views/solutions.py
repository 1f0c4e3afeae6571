"""Tailored solutions over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from escalations.api.serializers import solutions as shapes
from escalations.models import SolutionComponent, SolutionPlan
from escalations.services import solutions as services
from escalations.services.texts import TextNotPossible
from helpdesk.api.acts import TicketActs, act
from helpdesk.api.serializers.drafts import DraftSerializer
from helpdesk.api.viewsets import RestViewSet
from helpdesk.services.drafts import DraftRefused

PARTS = (services.PartNotPossible, TextNotPossible)
ENDED = (services.PartHasEnded,)
PART = {"gives": shapes.SolutionPartSerializer}
PLAN = {"gives": shapes.SolutionSerializer}


class SolutionActs(TicketActs):
    """The plan of a ticket the person may see."""

    @extend_schema(responses=shapes.SolutionSerializer)
    @action(detail=True, serializer_class=shapes.SolutionSerializer)
    def solution(self, request, pk):
        """Show what the ticket gets; without a plan the list of parts is empty."""
        return self._plan(self.get_object().pk)

    @act(shapes.NewSolutionPartSerializer, status=201, refuses=PARTS, **PART)
    def plan_part(self, request, pk):
        """Add a part to the plan, making the plan with the first."""
        return Response(
            shapes.SolutionPartSerializer(self.perform(services.plan_part)).data, status=201
        )

    @act(refuses=(services.NothingPlanned,), **PLAN)
    def draft_solution_text(self, request, pk):
        """Write the customer's text anew from the parts, in the customer's language."""
        return self._plan(self.perform(services.draft_customer_text).ticket_id)

    @act(shapes.CustomerTextSerializer, refuses=(services.NothingPlanned, TextNotPossible), **PLAN)
    def write_solution_text(self, request, pk):
        """Keep the customer's text as it was edited."""
        number = self.get_object().pk
        services.write_customer_text(number, **self.facts(), by=request.user)
        return self._plan(number)

    @act(gives=DraftSerializer, refuses=(services.NothingPlanned, DraftRefused))
    def put_solution_into_reply(self, request, pk):
        """Put the text into one's own draft of a reply, below what stands there."""
        return Response(DraftSerializer(self.perform(services.put_into_reply)).data)

    def _plan(self, number: int) -> Response:
        plans = SolutionPlan.objects.select_related("made_by").shown()
        plan = plans.filter(ticket=number).first()
        if plan is None:
            empty = {"ticket": number, "made_at": None, "made_by": None}
            return Response(empty | {"customer_text": "", "parts": []})
        return Response(shapes.SolutionSerializer(plan).data)


class SolutionPartViewSet(RestViewSet):
    """Parts of the plans of tickets the person may see."""

    queryset = SolutionComponent.objects.none()
    serializer_class = shapes.SolutionPartSerializer
    filter_backends = ()

    def get_queryset(self):
        return SolutionComponent.objects.visible_to(self.request.user)

    @act(shapes.SolutionPartChangeSerializer, refuses=(*ENDED, *PARTS), **PART)
    def change(self, request, pk):
        """Change the amount, the note or the owner of a part that is planned."""
        return self._perform(services.change_part)

    @act(refuses=(*ENDED, services.MoneyMovesThroughRefunds), **PART)
    def finish(self, request, pk):
        """Say that a part is done. Money moves through refunds, never here."""
        return self._perform(services.finish_part)

    @act(refuses=ENDED, **PART)
    def drop(self, request, pk):
        """Give a part up; it stays in the plan as dropped."""
        return self._perform(services.drop_part)

    def _perform(self, service) -> Response:
        key = self.get_object().pk
        part = service(key, **self.facts(), by=self.request.user, at=timezone.now())
        return Response(shapes.SolutionPartSerializer(part).data)
