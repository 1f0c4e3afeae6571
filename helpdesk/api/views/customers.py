"""Customers: list, one, a new one, and correcting one."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.response import Response

from helpdesk.api.acts import act
from helpdesk.api.filters import CustomerFilter
from helpdesk.api.schema import refusal
from helpdesk.api.serializers.customers import (
    CustomerChangeSerializer,
    CustomerSerializer,
    CustomerTagsSerializer,
    NewCustomerSerializer,
)
from helpdesk.api.serializers.identities import OneCustomerSerializer
from helpdesk.api.viewsets import ListViewSet
from helpdesk.models import Customer
from helpdesk.paging import Key
from helpdesk.services.customers import (
    CustomerNeedsAName,
    IdentityIsTaken,
    TagsNotPossible,
    change_customer,
    register_customer,
    set_tags,
)


class CustomerViewSet(RetrieveModelMixin, ListViewSet):
    """Customers with the ways they reach us, by name."""

    queryset = Customer.objects.none()
    serializer_class = CustomerSerializer
    filterset_class = CustomerFilter

    def get_serializer_class(self):
        taken = {
            "create": NewCustomerSerializer,
            "partial_update": CustomerChangeSerializer,
            "retrieve": OneCustomerSerializer,
        }
        return taken.get(self.action, self.serializer_class)

    def get_queryset(self):
        customers = Customer.objects.visible_to(self.request.user)
        return customers.prefetch_related("identities")

    def sort_keys(self):
        return Key("name"), Key("pk")

    @extend_schema(
        responses={201: CustomerSerializer, 409: refusal(IdentityIsTaken, CustomerNeedsAName)}
    )
    def create(self, request):
        """Register a customer with at least one way to reach them."""
        customer = register_customer(**self.facts(), by=request.user, at=timezone.now())
        return self._show(customer.pk, status=201)

    @extend_schema(responses={200: CustomerSerializer, 409: refusal(CustomerNeedsAName)})
    def partial_update(self, request, pk):
        """Correct the name or the language."""
        number = self.get_object().pk
        change_customer(number, **self.facts(), by=request.user, at=timezone.now())
        return self._show(number)

    @act(CustomerTagsSerializer, gives=CustomerSerializer, refuses=(TagsNotPossible,))
    def set_tags(self, request, pk):
        """Say what kind of customer this is; SLA policies may ask for it."""
        number = self.get_object().pk
        set_tags(number, **self.facts(), by=request.user, at=timezone.now())
        return self._show(number)

    def _show(self, pk: int, *, status: int = 200) -> Response:
        return Response(CustomerSerializer(self.get_queryset().get(pk=pk)).data, status=status)
