"""Investigations and the catalogue of causes over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from accounts.services.values import NameIsTaken, NameNotPossible, NothingChanged
from escalations.api.serializers import investigations as shapes
from escalations.models import Investigation, RootCause
from escalations.services import evidence as proof
from escalations.services import investigations as services
from escalations.services import root_causes
from escalations.services.actions import DayNotPossible, OwnerSeesNothing, add_action
from escalations.services.texts import TextNotPossible
from helpdesk.api.acts import TicketActs, act
from helpdesk.api.schema import refusal
from helpdesk.api.viewsets import ListViewSet
from helpdesk.models import Ticket
from helpdesk.paging import Key
from helpdesk.services.attachments import AttachmentRefused

LOCKED = (services.InvestigationIsLocked,)
DETAIL = {"gives": shapes.InvestigationDetailSerializer}
EVIDENCE = {"gives": shapes.EvidenceSerializer, "status": 201}


class InvestigationViewSet(RetrieveModelMixin, ListViewSet):
    """Investigations of the tickets the person may see, the newest first."""

    queryset = Investigation.objects.none()
    serializer_class = shapes.InvestigationSerializer
    filter_backends = ()

    def get_queryset(self):
        return Investigation.objects.visible_to(self.request.user).shown()

    def get_serializer_class(self):
        is_detail = self.action == "retrieve"
        return shapes.InvestigationDetailSerializer if is_detail else super().get_serializer_class()

    def sort_keys(self):
        return (Key("pk", is_descending=True),)

    @act(
        shapes.FindingInputSerializer,
        gives=shapes.FindingSerializer,
        status=201,
        refuses=(services.EvidenceUnknown, TextNotPossible),
    )
    def add_finding(self, request, pk):
        """Write down what was found; of a completed investigation it is an addendum."""
        return Response(shapes.FindingSerializer(self._perform(services.add_finding)).data, 201)

    @act(shapes.ChooseCausesSerializer, refuses=(*LOCKED, services.CauseNotOffered), **DETAIL)
    def choose_causes(self, request, pk):
        """Say what the root cause is, and what contributed to it."""
        services.choose_causes(self.get_object().pk, **self.facts(), by=request.user)
        return self._shown()

    @act(
        shapes.InvestigationOwnerSerializer, refuses=(*LOCKED, services.OwnerNotPossible), **DETAIL
    )
    def hand_over(self, request, pk):
        """Give an open investigation to somebody else."""
        services.hand_investigation_over(self.get_object().pk, **self.facts(), by=request.user)
        return self._shown()

    @act(
        shapes.CompleteInvestigationSerializer,
        refuses=(*LOCKED, services.NotReadyToComplete, TextNotPossible),
        **DETAIL,
    )
    def complete(self, request, pk):
        """Close the book: nothing of it changes any more, later findings are addenda."""
        self._perform(services.complete_investigation)
        return self._shown()

    @act(
        shapes.EvidenceFileSerializer,
        refuses=(AttachmentRefused, TextNotPossible),
        parser_classes=[MultiPartParser],
        **EVIDENCE,
    )
    def add_file(self, request, pk):
        """Keep a file as evidence, with its SHA-256."""
        return self._evidence(proof.add_file)

    @act(
        shapes.EvidenceLinkSerializer, refuses=(proof.LinkNotPossible, TextNotPossible), **EVIDENCE
    )
    def add_link(self, request, pk):
        """Point at something elsewhere. Nothing of it is kept."""
        return self._evidence(proof.add_link)

    @act(
        shapes.QuoteMessageSerializer, refuses=(proof.NotOfThisTicket, TextNotPossible), **EVIDENCE
    )
    def quote_message(self, request, pk):
        """Keep a message of the ticket as it was written."""
        return self._evidence(proof.quote_message)

    @act(shapes.SnapshotOrderSerializer, refuses=(proof.NotOfThisTicket,), **EVIDENCE)
    def snapshot_order(self, request, pk):
        """Keep an order as it stands at this moment."""
        return self._evidence(proof.snapshot_order)

    @act(
        shapes.NewCorrectiveActionSerializer,
        gives=shapes.CorrectiveActionSerializer,
        status=201,
        refuses=(DayNotPossible, OwnerSeesNothing, TextNotPossible),
    )
    def add_action(self, request, pk):
        """Agree on a corrective or preventive action."""
        action = add_action(
            investigation=self.get_object(), **self.facts(), by=request.user, at=timezone.now()
        )
        return Response(shapes.CorrectiveActionSerializer(action).data, status=201)

    def _evidence(self, service) -> Response:
        return Response(shapes.EvidenceSerializer(self._perform(service)).data, status=201)

    def _perform(self, service):
        """:raises Http404: for what is out of sight, before anything else is looked at."""
        pk = self.get_object().pk
        return service(pk, **self.facts(), by=self.request.user, at=timezone.now())

    def _shown(self) -> Response:
        row = Investigation.objects.shown().get(pk=self.kwargs["pk"])
        return Response(shapes.InvestigationDetailSerializer(row).data)


class InvestigationActs(TicketActs):
    @act(
        shapes.OpenInvestigationSerializer,
        gives=shapes.InvestigationDetailSerializer,
        status=201,
        refuses=(services.TicketWasMerged, services.OwnerNotPossible, TextNotPossible),
    )
    def open_investigation(self, request, pk):
        """Ask why something happened."""
        opened = self.perform(services.open_investigation)
        row = Investigation.objects.shown().get(pk=opened.pk)
        return Response(shapes.InvestigationDetailSerializer(row).data, status=201)


class TicketInvestigations(ListViewSet):
    """Investigations of a ticket, and of what was merged into it."""

    queryset = Investigation.objects.none()
    serializer_class = shapes.InvestigationSerializer
    filter_backends = ()

    def get_queryset(self):
        visible = Ticket.objects.visible_to(self.request.user)
        ticket = visible.only("pk").get(pk=self.kwargs["ticket"])
        return Investigation.objects.of_ticket(ticket.pk).shown()


class RootCauseViewSet(RetrieveModelMixin, ListViewSet):
    """The catalogue of root causes: groups, and the causes in them."""

    queryset = RootCause.objects.all()
    serializer_class = shapes.RootCauseSerializer
    filter_backends = ()

    @extend_schema(
        request=shapes.NewRootCauseSerializer,
        responses={
            201: shapes.RootCauseSerializer,
            409: refusal(NameIsTaken, NameNotPossible, root_causes.CauseNotPossible),
        },
    )
    def create(self, request):
        """Add a cause to a group, or a group."""
        self.serializer_class = shapes.NewRootCauseSerializer
        cause = root_causes.add_root_cause(**self.facts(), by=request.user)
        return Response(shapes.RootCauseSerializer(cause).data, status=201)

    @act(
        shapes.RootCauseNameSerializer,
        gives=shapes.RootCauseSerializer,
        refuses=(NameIsTaken, NameNotPossible),
    )
    def rename(self, request, pk):
        """Call a cause something else, wherever it was chosen."""
        return self._perform(root_causes.rename_root_cause)

    @act(gives=shapes.RootCauseSerializer, refuses=(NothingChanged,))
    def retire(self, request, pk):
        """Offer a cause no more; investigations keep what they chose."""
        return self._perform(root_causes.retire_root_cause)

    @act(gives=shapes.RootCauseSerializer, refuses=(NothingChanged,))
    def restore(self, request, pk):
        """Offer a cause again."""
        return self._perform(root_causes.restore_root_cause)

    def _perform(self, service) -> Response:
        cause = service(self.get_object().pk, **self.facts(), by=self.request.user)
        return Response(shapes.RootCauseSerializer(cause).data)
