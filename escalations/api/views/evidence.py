"""Single pieces of evidence, and actions, over REST."""

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.response import Response

from escalations.api.filters import ActionFilter
from escalations.api.serializers import investigations as shapes
from escalations.downloads import download_evidence
from escalations.models import CorrectiveAction, Evidence
from escalations.services.actions import (
    ActionIsDone,
    DayNotPossible,
    OwnerSeesNothing,
    change_action,
    finish_action,
)
from escalations.services.evidence import verify
from escalations.services.texts import TextNotPossible
from helpdesk.api.acts import act
from helpdesk.api.viewsets import ListViewSet, RestViewSet
from helpdesk.paging import Key


class EvidenceViewSet(RetrieveModelMixin, RestViewSet):
    """Evidence of investigations the person may see. It is added to an investigation."""

    queryset = Evidence.objects.none()
    serializer_class = shapes.EvidenceSerializer

    def get_queryset(self):
        return Evidence.objects.visible_to(self.request.user).select_related("added_by")

    @extend_schema(responses=shapes.EvidenceVerificationSerializer)
    @action(detail=True, serializer_class=shapes.EvidenceVerificationSerializer)
    def verification(self, request, pk):
        """Compute the digest anew and say whether it is the one that was kept."""
        found = self.get_object()
        told = {"evidence": found.pk, "sha256": found.sha256, "verdict": verify(found).value}
        return Response(shapes.EvidenceVerificationSerializer(told).data)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True)
    def content(self, request, pk):
        """Download a file, always as an attachment. What is no file has no content: 404."""
        return download_evidence(self.get_object())


class ActionViewSet(RetrieveModelMixin, ListViewSet):
    """Corrective and preventive actions, what is due first on top."""

    queryset = CorrectiveAction.objects.none()
    serializer_class = shapes.CorrectiveActionSerializer
    filterset_class = ActionFilter

    def get_queryset(self):
        return CorrectiveAction.objects.visible_to(self.request.user).select_related("owner")

    def sort_keys(self):
        return Key("due_on"), Key("pk")

    @act(
        shapes.CorrectiveActionChangeSerializer,
        gives=shapes.CorrectiveActionSerializer,
        refuses=(ActionIsDone, DayNotPossible, OwnerSeesNothing),
    )
    def change(self, request, pk):
        """Give an action to somebody else, or another day; reminders begin anew."""
        return self._perform(change_action)

    @act(
        shapes.CorrectiveActionNoteSerializer,
        gives=shapes.CorrectiveActionSerializer,
        refuses=(ActionIsDone, TextNotPossible),
    )
    def finish(self, request, pk):
        """Say that an action is done."""
        return self._perform(finish_action)

    def _perform(self, service) -> Response:
        pk = self.get_object().pk
        done = service(pk, **self.facts(), by=self.request.user, at=timezone.now())
        return Response(shapes.CorrectiveActionSerializer(done).data)
