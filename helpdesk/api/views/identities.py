"""How a customer's identities moved, and everything that happened with them."""

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response

from helpdesk.api.schema import refusal
from helpdesk.api.serializers.identities import (
    AxisSerializer,
    CustomerCorrectionSerializer,
    CustomerIdentitySerializer,
    IdentityEntrySerializer,
    LinkIdentitySerializer,
    UnlinkIdentitySerializer,
)
from helpdesk.api.viewsets import ListViewSet, RestViewSet
from helpdesk.customer_record import axis_of, corrections_of, history_of
from helpdesk.models import Channel, Customer, CustomerCorrection, CustomerIdentity, IdentityEntry
from helpdesk.paging import Key
from helpdesk.services import identities
from helpdesk.services.identities import CannotLinkIdentity, CannotUnlinkIdentity
from marketplaces.models import Marketplace

CHANNELS = sorted({*Channel.values, *Marketplace.values})


class IdentityActs(RestViewSet):
    queryset = Customer.objects.none()
    filter_backends = ()

    def get_queryset(self):
        return Customer.objects.visible_to(self.request.user)

    @extend_schema(
        request=LinkIdentitySerializer,
        responses={201: IdentityEntrySerializer, 409: refusal(CannotLinkIdentity)},
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="link-identity",
        serializer_class=LinkIdentitySerializer,
    )
    def link_identity(self, request, pk):
        """Say that an identity is this customer's; its tickets and orders come with it."""
        customer, facts = self.get_object(), self.facts()
        identity = facts.pop("identity")
        entry = identities.link_identity(
            identity.pk, to=customer.pk, **facts, by=request.user, at=timezone.now()
        )
        return self._show(customer, entry)

    @extend_schema(
        request=UnlinkIdentitySerializer,
        responses={201: IdentityEntrySerializer, 409: refusal(CannotUnlinkIdentity)},
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="unlink-identity",
        serializer_class=UnlinkIdentitySerializer,
    )
    def unlink_identity(self, request, pk):
        """Take a link back: both customers are as they were before it."""
        customer = self.get_object()
        entry = get_object_or_404(history_of(customer), pk=self.facts()["entry"])
        undoing = identities.unlink_identity(entry.pk, by=request.user, at=timezone.now())
        return self._show(customer, undoing)

    @extend_schema(
        responses=AxisSerializer,
        parameters=[OpenApiParameter("channel", OpenApiTypes.STR, enum=CHANNELS)],
    )
    @action(detail=True, pagination_class=None)
    def axis(self, request, pk):
        """Show tickets, orders and refunds of all channels, newest first."""
        channel = request.query_params.get("channel", "")
        if channel and channel not in CHANNELS:
            raise ValidationError({"channel": [f"Possible: {', '.join(CHANNELS)}."]})
        axis = axis_of(self.get_object(), user=request.user, channel=channel)
        return Response(AxisSerializer(axis).data)

    def _show(self, customer: Customer, entry: IdentityEntry) -> Response:
        shown = history_of(customer).get(pk=entry.pk)
        return Response(IdentityEntrySerializer(shown).data, status=201)


class OfACustomer(ListViewSet):
    def customer(self) -> Customer:
        """:raises Http404: for a customer who is not there."""
        customers = Customer.objects.visible_to(self.request.user)
        return get_object_or_404(customers, pk=self.kwargs["customer"])


class CustomerIdentities(OfACustomer):
    """The ways the customer reaches us now."""

    queryset = CustomerIdentity.objects.none()
    serializer_class = CustomerIdentitySerializer

    def get_queryset(self):
        return self.customer().identities.all()


class CustomerHistory(OfACustomer):
    """Every link and undoing that gave the customer an identity or took one away, newest first."""

    queryset = IdentityEntry.objects.none()
    serializer_class = IdentityEntrySerializer

    def get_queryset(self):
        return history_of(self.customer())

    def sort_keys(self):
        return (Key("pk", is_descending=True),)


class CustomerCorrections(OfACustomer):
    """What people corrected: name, language, tags, newest first."""

    queryset = CustomerCorrection.objects.none()
    serializer_class = CustomerCorrectionSerializer

    def get_queryset(self):
        return corrections_of(self.customer())

    def sort_keys(self):
        return (Key("pk", is_descending=True),)
