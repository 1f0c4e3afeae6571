"""SLA policies over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.services.values import NameIsTaken, NameNotPossible, NothingChanged
from escalations.answering import differences_answer, trial_answer, zone_of
from escalations.api.fields import mistakes_as_errors
from escalations.api.serializers import policies as shapes
from escalations.api.views.calendars import moment_of
from escalations.api.views.sla import SeesSLA
from escalations.api.views.versions import VersionedViewSet, VersionsViewSet
from escalations.drafts import MEMBERS
from escalations.models import SLAPolicy, SLAPolicyVersion
from escalations.services import policies
from escalations.services.choices import known_rows
from escalations.services.policy_trials import (
    drafted_zone,
    open_tickets_that_would_differ,
    try_out,
)
from escalations.services.versions import ChangedMeanwhile, NoteNotPossible, PositionNotPossible
from helpdesk.api.acts import act
from helpdesk.api.schema import refusal

NAMES = (NameIsTaken, NameNotPossible)
SHOWN = ("current__calendar", "current__created_by")


class WithKnownRows(SeesSLA):
    """Loads the rows that conditions name once for an answer."""

    def get_serializer_context(self):
        return super().get_serializer_context() | {"known": known_rows()}


class PolicyViewSet(WithKnownRows, VersionedViewSet):
    """SLA policies in the order they are asked; the first that matches decides."""

    queryset = SLAPolicy.objects.select_related(*SHOWN)
    serializer_class = shapes.PolicySerializer

    @extend_schema(
        request=shapes.NewPolicySerializer,
        responses={201: shapes.PolicySerializer, 409: refusal(*NAMES, PositionNotPossible)},
    )
    def create(self, request):
        """Make a policy; it is in force at once."""
        self.serializer_class = shapes.NewPolicySerializer
        return self.made(policies.create_policy, read=self._with_draft)

    @act(
        shapes.PolicyChangeSerializer,
        gives=shapes.PolicySerializer,
        refuses=(*NAMES, NothingChanged, ChangedMeanwhile),
    )
    def change(self, request, pk):
        """Make a new version, for clocks that start from now on."""
        return self.perform(policies.change_policy, read=self._with_draft)

    @act(
        shapes.PolicyPlaceSerializer,
        gives=shapes.PolicySerializer,
        refuses=(PositionNotPossible, NothingChanged),
    )
    def move(self, request, pk):
        """Put the policy at a place in the order."""
        return self.perform(policies.move_policy)

    @act(
        shapes.PolicyNoteSerializer,
        gives=shapes.PolicySerializer,
        refuses=(NothingChanged, NoteNotPossible),
    )
    def activate(self, request, pk):
        """Ask the policy again, for clocks that start from now on."""
        return self.perform(policies.activate_policy)

    @act(
        shapes.PolicyNoteSerializer,
        gives=shapes.PolicySerializer,
        refuses=(NothingChanged, NoteNotPossible),
    )
    def deactivate(self, request, pk):
        """Ask the policy no more; clocks that run by it run on."""
        return self.perform(policies.deactivate_policy)

    @extend_schema(request=shapes.PolicyTrialSerializer, responses=shapes.PolicyAnswerSerializer)
    @action(
        detail=False, methods=["post"], url_path="try-out",
        serializer_class=shapes.PolicyTrialSerializer,
    )  # fmt: skip
    def try_out(self, request):
        """Say when a ticket arriving then would be due under a draft, without keeping it."""
        about, draft = self._read()
        zone = drafted_zone(draft) or timezone.get_default_timezone()
        moment = moment_of(about["at"], zone=zone)
        with mistakes_as_errors():
            trial = try_out(
                draft,
                moment=moment,
                facts=about.get("facts"),
                policy_id=about.get("policy"),
                by=request.user,
            )
        answer = trial_answer(trial, zone=zone_of(trial.promise, otherwise=zone))
        return Response(shapes.PolicyAnswerSerializer(answer).data)

    @extend_schema(request=shapes.OfAPolicySerializer, responses=shapes.DifferencesSerializer)
    @action(detail=False, methods=["post"], serializer_class=shapes.OfAPolicySerializer)
    def differences(self, request):
        """Say which open tickets had been promised something else under a draft."""
        about, draft = self._read()
        with mistakes_as_errors():
            found = open_tickets_that_would_differ(
                draft, policy_id=about.get("policy"), by=request.user
            )
        return Response(shapes.DifferencesSerializer(differences_answer(found)).data)

    def _read(self) -> tuple[dict, dict]:
        """Return what is said about the policy, and the draft of what it says."""
        about = self.facts()
        draft = {name: about.pop(name) for name in MEMBERS if name in about}
        return about, draft

    def _with_draft(self) -> dict:
        about, draft = self._read()
        return about | {"draft": draft}


class PolicyVersions(WithKnownRows, VersionsViewSet):
    """What a policy said, since when, by whom and why; the newest first."""

    of = "policy"
    queryset = SLAPolicyVersion.objects.select_related("calendar", "created_by")
    serializer_class = shapes.PolicyVersionSerializer

    def list(self, request, *args, **kwargs):
        """List the versions of a policy."""
        return super().list(request, *args, **kwargs)
