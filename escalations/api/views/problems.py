"""Problems over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.response import Response

from escalations.api.filters import ProblemFilter
from escalations.api.serializers import problems as shapes
from escalations.api.serializers.investigations import (
    CorrectiveActionSerializer,
    NewCorrectiveActionSerializer,
)
from escalations.models import Problem, ProblemTicket
from escalations.problem_matching import numbers_in, suggestions
from escalations.services import problem_checks as checks
from escalations.services import problems as services
from escalations.services.actions import DayNotPossible, OwnerSeesNothing, add_action
from escalations.services.broadcasts import (
    NobodyToTell,
    TextRefused,
    preview_broadcast,
    tell_customers,
)
from escalations.services.texts import TextNotPossible
from helpdesk.api.acts import act
from helpdesk.api.schema import refusal
from helpdesk.api.serializers.bulk import BulkJobSerializer
from helpdesk.api.serializers.tickets import TicketNameSerializer
from helpdesk.api.viewsets import ListViewSet
from helpdesk.models import BulkJob, Ticket
from helpdesk.paging import Key
from helpdesk.services.bulk import NotInSight, progress_of

SUGGESTED = 50
FACTS = (services.ProblemFactsNotPossible, TextNotPossible)
STATE = (services.ProblemStateForbids,)
DETAIL = {"gives": shapes.ProblemDetailSerializer}


class ProblemViewSet(RetrieveModelMixin, ListViewSet):
    """Causes behind many tickets, the newest first. Everybody reads them; tickets are seen by
    whoever may see them."""

    queryset = Problem.objects.none()
    serializer_class = shapes.ProblemSerializer
    filterset_class = ProblemFilter

    def get_queryset(self):
        problems = Problem.objects.visible_to(self.request.user).counted()
        return problems.select_related("owner", "category")

    def get_serializer_class(self):
        is_detail = self.action == "retrieve"
        return shapes.ProblemDetailSerializer if is_detail else super().get_serializer_class()

    def sort_keys(self):
        return (Key("pk", is_descending=True),)

    @extend_schema(
        request=shapes.NewProblemSerializer,
        responses={
            201: shapes.ProblemDetailSerializer,
            409: refusal(*FACTS, services.TooManyToLink),
        },
    )
    def create(self, request):
        """Suspect a cause behind many tickets."""
        self.serializer_class = shapes.NewProblemSerializer
        problem = services.open_problem(**self.facts(), by=request.user, at=timezone.now())
        return self._shown(problem.pk, status=201)

    @act(shapes.ProblemChangeSerializer, refuses=(*FACTS, *STATE), **DETAIL)
    def change(self, request, pk):
        """Change what is known."""
        return self._perform(services.change_problem)

    @act(
        shapes.LinkTicketsSerializer,
        gives=shapes.LinkedSerializer,
        refuses=(services.TooManyToLink,),
    )
    def link_tickets(self, request, pk):
        """Link tickets, by number or all of a saved view."""
        key, facts, now = self.get_object().pk, self.facts(), timezone.now()
        if "saved_view" in facts:
            limit = services.AT_ONCE + 1
            numbers = numbers_in(facts["saved_view"], user=request.user, at=now, limit=limit)
        else:
            numbers = facts["tickets"]
        linked = services.link_tickets(key, tickets=numbers, by=request.user, at=now)
        return Response({"linked": linked})

    @act(shapes.UnlinkTicketSerializer, refuses=(services.TicketNotLinked,), **DETAIL)
    def unlink_ticket(self, request, pk):
        """Take a ticket off the problem again."""
        return self._perform(services.unlink_ticket)

    @act(shapes.ProblemReasonSerializer, refuses=STATE, **DETAIL)
    def confirm(self, request, pk):
        """Say that the cause is real."""
        return self._perform(services.confirm_problem)

    @act(shapes.FixProblemSerializer, refuses=(*STATE, services.ProblemFactsNotPossible), **DETAIL)
    def fix(self, request, pk):
        """Say since when the cause is gone."""
        return self._perform(services.fix_problem)

    @act(shapes.ProblemReopenSerializer, refuses=(*STATE, TextNotPossible), **DETAIL)
    def reopen(self, request, pk):
        """Say that the fix was none after all."""
        return self._perform(services.reopen_problem)

    @act(
        shapes.VerifyProblemSerializer,
        refuses=(*STATE, checks.TooEarlyToVerify, checks.NothingToCompare),
        **DETAIL,
    )
    def verify(self, request, pk):
        """Compare the rate of new cases before and after the fix, and write it down.

        Only a rate that fell beyond chance makes the problem verified.
        """
        return self._perform(checks.verify_problem)

    @act(
        NewCorrectiveActionSerializer,
        gives=CorrectiveActionSerializer,
        status=201,
        refuses=(DayNotPossible, OwnerSeesNothing, TextNotPossible),
    )
    def add_action(self, request, pk):
        """Agree on a corrective or preventive action."""
        problem = self.get_object()
        done = add_action(problem=problem, **self.facts(), by=request.user, at=timezone.now())
        return Response(CorrectiveActionSerializer(done).data, status=201)

    @act(
        shapes.LetterSerializer,
        gives=shapes.LetterPreviewSerializer,
        refuses=(TextRefused, TextNotPossible),
    )
    def preview_letter(self, request, pk):
        """Say who would get which text; nothing is sent."""
        problem = self.get_object()
        shown = preview_broadcast(problem, **self.facts(), by=request.user, at=timezone.now())
        return Response(shapes.LetterPreviewSerializer(shown).data)

    @act(
        shapes.TellCustomersSerializer,
        gives=BulkJobSerializer,
        status=201,
        refuses=(TextRefused, TextNotPossible, NobodyToTell, NotInSight),
    )
    def tell_customers(self, request, pk):
        """Reply on the linked tickets that were previewed, each by itself, none twice.

        The answer is a bulk job; ask for it to see how far it is.
        """
        key = self.get_object().pk
        job = tell_customers(key, **self.facts(), by=request.user, at=timezone.now())
        job = BulkJob.objects.get(pk=job.pk)
        shown = BulkJobSerializer(job, context={"progress": progress_of([job])}).data
        return Response(shown, status=201)

    @extend_schema(responses=TicketNameSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def suggestions(self, request, pk):
        """Name recent tickets that match and are not linked: 50 at most, the newest first."""
        found = suggestions(self.get_object(), user=request.user, at=timezone.now())
        return Response(TicketNameSerializer(found[:SUGGESTED], many=True).data)

    def _perform(self, service) -> Response:
        """:raises Http404: for what is not there, before anything else is looked at."""
        key = self.get_object().pk
        service(key, **self.facts(), by=self.request.user, at=timezone.now())
        return self._shown(key)

    def _shown(self, pk: int, *, status: int = 200) -> Response:
        problem = self.get_queryset().get(pk=pk)
        return Response(shapes.ProblemDetailSerializer(problem).data, status=status)


class ProblemTickets(ListViewSet):
    """Linked tickets that the person may see, the newest first."""

    queryset = ProblemTicket.objects.none()
    serializer_class = shapes.LinkedTicketSerializer
    filter_backends = ()

    def get_queryset(self):
        problem = Problem.objects.visible_to(self.request.user).get(pk=self.kwargs["id"])
        visible = Ticket.objects.visible_to(self.request.user)
        return problem.links.filter(ticket__in=visible.values("pk")).select_related("ticket")

    def sort_keys(self):
        return (Key("pk", is_descending=True),)
