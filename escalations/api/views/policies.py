"""SLA policies over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.response import Response

from accounts.services.values import NameIsTaken, NameNotPossible, NothingChanged
from escalations.answering import differences_answer, trial_answer, zone_of
from escalations.api.fields import mistakes_as_errors
from escalations.api.serializers import policies as shapes
from escalations.api.views.calendars import SeesSLA, moment_of
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
from helpdesk.api.viewsets import ListViewSet
from helpdesk.paging import Key

NAMES = (NameIsTaken, NameNotPossible)
SHOWN = ("current__calendar", "current__created_by")


class WithKnownRows(SeesSLA):
    """Loads the rows that conditions name once for an answer."""

    def get_serializer_context(self):
        return super().get_serializer_context() | {"known": known_rows()}


class PolicyViewSet(RetrieveModelMixin, WithKnownRows, ListViewSet):
    """SLA policies in the order they are asked; the first that matches decides."""

    queryset = SLAPolicy.objects.select_related(*SHOWN)
    serializer_class = shapes.PolicySerializer
    filter_backends = ()

    def sort_keys(self):
        return Key("position"), Key("pk")

    @extend_schema(
        request=shapes.NewPolicySerializer,
        responses={201: shapes.PolicySerializer, 409: refusal(*NAMES, PositionNotPossible)},
    )
    def create(self, request):
        """Make a policy; it is in force at once."""
        self.serializer_class = shapes.NewPolicySerializer
        about, draft = self._read()
        with mistakes_as_errors():
            policy = policies.create_policy(
                **about, draft=draft, by=request.user, at=timezone.now()
            )
        return self._shown(policy.pk, status=201)

    @act(
        shapes.PolicyChangeSerializer,
        gives=shapes.PolicySerializer,
        refuses=(*NAMES, NothingChanged, ChangedMeanwhile),
    )
    def change(self, request, pk):
        """Make a new version, for clocks that start from now on."""
        policy = self.get_object()
        about, draft = self._read()
        return self._perform(policies.change_policy, policy, draft=draft, **about)

    @act(
        shapes.PolicyPlaceSerializer,
        gives=shapes.PolicySerializer,
        refuses=(PositionNotPossible, NothingChanged),
    )
    def move(self, request, pk):
        """Put the policy at a place in the order."""
        return self._perform(policies.move_policy, self.get_object(), **self.facts())

    @act(
        shapes.PolicyNoteSerializer,
        gives=shapes.PolicySerializer,
        refuses=(NothingChanged, NoteNotPossible),
    )
    def activate(self, request, pk):
        """Ask the policy again, for clocks that start from now on."""
        return self._perform(policies.activate_policy, self.get_object(), **self.facts())

    @act(
        shapes.PolicyNoteSerializer,
        gives=shapes.PolicySerializer,
        refuses=(NothingChanged, NoteNotPossible),
    )
    def deactivate(self, request, pk):
        """Ask the policy no more; clocks that run by it run on."""
        return self._perform(policies.deactivate_policy, self.get_object(), **self.facts())

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

    def _perform(self, service, policy, **facts) -> Response:
        with mistakes_as_errors():
            service(policy.pk, **facts, by=self.request.user, at=timezone.now())
        return self._shown(policy.pk)

    def _shown(self, pk: int, *, status: int = 200) -> Response:
        policy = self.get_queryset().get(pk=pk)
        context = self.get_serializer_context()
        return Response(shapes.PolicySerializer(policy, context=context).data, status=status)


class PolicyVersions(WithKnownRows, ListViewSet):
    """What a policy said, since when, by whom and why; the newest first."""

    queryset = SLAPolicyVersion.objects.none()
    serializer_class = shapes.PolicyVersionSerializer
    filter_backends = ()

    def get_queryset(self):
        versions = SLAPolicyVersion.objects.filter(policy=self.kwargs["id"])
        return versions.select_related("calendar", "created_by")

    def sort_keys(self):
        return (Key("number", is_descending=True),)

    def list(self, request, *args, **kwargs):
        """List the versions of a policy."""
        SLAPolicy.objects.get(pk=kwargs["id"])
        return super().list(request, *args, **kwargs)
