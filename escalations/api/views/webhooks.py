"""Outgoing webhooks over REST, for administrators."""

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.response import Response

from accounts.permissions import require
from accounts.rules import Act
from accounts.services.values import NameNotPossible, NothingChanged
from escalations.api.serializers import webhooks as shapes
from escalations.models import DeliveryState, WebhookDelivery, WebhookEndpoint, WebhookEvent
from escalations.services import webhooks
from escalations.services.webhook_log import CannotReplay, EndpointNotInUse, ping, replay
from escalations.services.webhooks import AddressNotPossible
from helpdesk.api.acts import act
from helpdesk.api.schema import refusal
from helpdesk.api.viewsets import ListViewSet, RestViewSet
from helpdesk.paging import Key

REFUSES = (NameNotPossible, AddressNotPossible)


class ManagesWebhooks(RestViewSet):
    """For whoever may manage webhooks."""

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        require(request.user, Act.MANAGE_WEBHOOKS)


class WebhookViewSet(ManagesWebhooks, RetrieveModelMixin, ListViewSet):
    """Endpoints that are told what happens, by name."""

    queryset = WebhookEndpoint.objects.select_related("created_by")
    serializer_class = shapes.WebhookSerializer
    filter_backends = ()

    def sort_keys(self):
        return Key("name"), Key("pk")

    def remembered(self, shown: dict) -> dict:
        """Leave the secret out of what is stored: it is shown once."""
        return shown | {"secret": None} if "secret" in shown else shown

    @extend_schema(
        request=shapes.NewWebhookSerializer,
        responses={201: shapes.WebhookWithSecretSerializer, 409: refusal(*REFUSES)},
    )
    def create(self, request):
        """Make an endpoint. Its secret is in this answer and never again."""
        self.serializer_class = shapes.NewWebhookSerializer
        endpoint, secret = webhooks.create_endpoint(
            **self.facts(), by=request.user, at=timezone.now()
        )
        return self._with_secret(endpoint.pk, secret, status=201)

    @act(
        shapes.WebhookChangeSerializer,
        gives=shapes.WebhookSerializer,
        refuses=(*REFUSES, NothingChanged),
    )
    def change(self, request, pk):
        """Change what is named; what waits goes to the new address."""
        return self._perform(webhooks.change_endpoint, **self._read())

    @act(gives=shapes.WebhookWithSecretSerializer)
    def rotate_secret(self, request, pk):
        """Sign with another secret, shown once. The one before signs as well for 24 hours."""
        self._read()
        secret = webhooks.rotate_secret(self.get_object().pk, by=request.user, at=timezone.now())
        return self._with_secret(pk, secret)

    @act(gives=shapes.WebhookSerializer, refuses=(NothingChanged,))
    def activate(self, request, pk):
        """Tell it again, what happens from now on."""
        return self._perform(webhooks.activate_endpoint, **self._read())

    @act(gives=shapes.WebhookSerializer, refuses=(NothingChanged,))
    def deactivate(self, request, pk):
        """Tell it nothing more; what waits is given up and can be replayed."""
        return self._perform(webhooks.deactivate_endpoint, **self._read())

    @act(gives=shapes.WebhookSerializer, refuses=(NothingChanged,))
    def resume(self, request, pk):
        """Let a paused endpoint go on; what waited is sent."""
        return self._perform(webhooks.resume_endpoint, **self._read())

    @act(gives=shapes.WebhookDeliverySerializer, status=201, refuses=(EndpointNotInUse,))
    def ping(self, request, pk):
        """Send it a test."""
        self._read()
        delivery = ping(self.get_object().pk, by=request.user, at=timezone.now())
        return Response(shapes.WebhookDeliverySerializer(delivery).data, status=201)

    def _read(self) -> dict:
        """Return what the act takes; an endpoint that is not there comes before a mistake."""
        self.get_object()
        return self.facts()

    def _perform(self, service, **facts) -> Response:
        pk = self.get_object().pk
        service(pk, **facts, by=self.request.user, at=timezone.now())
        return Response(shapes.WebhookSerializer(self.get_queryset().get(pk=pk)).data)

    def _with_secret(self, pk: int, secret: str, *, status: int = 200) -> Response:
        endpoint = self.get_queryset().get(pk=pk)
        shown = shapes.WebhookSerializer(endpoint).data | {"secret": secret}
        return Response(shown, status=status)


class DeliveryFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=DeliveryState.choices)
    event = django_filters.ChoiceFilter(choices=WebhookEvent.choices)

    class Meta:
        model = WebhookDelivery
        fields: list[str] = []


class EndpointDeliveries(ManagesWebhooks, ListViewSet):
    """What an endpoint was told in the last 30 days, the newest first."""

    queryset = WebhookDelivery.objects.none()
    serializer_class = shapes.WebhookDeliverySerializer
    filterset_class = DeliveryFilter

    def get_queryset(self):
        return WebhookDelivery.objects.filter(endpoint=self.kwargs["id"])

    def sort_keys(self):
        return (Key("pk", is_descending=True),)

    def list(self, request, *args, **kwargs):
        """List what an endpoint was told and how that went."""
        WebhookEndpoint.objects.get(pk=kwargs["id"])
        return super().list(request, *args, **kwargs)


class DeliveryViewSet(RetrieveModelMixin, ManagesWebhooks):
    """One delivery: what was sent, and what was answered."""

    queryset = WebhookDelivery.objects.all()
    serializer_class = shapes.WebhookDeliverySerializer
    filter_backends = ()

    @act(
        gives=shapes.WebhookDeliverySerializer, status=201, refuses=(CannotReplay, EndpointNotInUse)
    )
    def replay(self, request, pk):
        """Send the same once more, as a delivery of its own with a new id."""
        old = self.get_object()
        self.facts()
        new = replay(old.pk, by=request.user, at=timezone.now())
        return Response(shapes.WebhookDeliverySerializer(new).data, status=201)
