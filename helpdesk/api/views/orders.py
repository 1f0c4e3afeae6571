"""Orders, to be read."""

from rest_framework.mixins import RetrieveModelMixin

from helpdesk.api.filters import OrderFilter
from helpdesk.api.serializers.orders import OrderSerializer
from helpdesk.api.viewsets import ListViewSet
from helpdesk.paging import Key
from marketplaces.models import Order


class OrderViewSet(RetrieveModelMixin, ListViewSet):
    """Imported orders, newest import first."""

    queryset = Order.objects.with_everything()
    serializer_class = OrderSerializer
    filterset_class = OrderFilter

    def sort_keys(self):
        return (Key("pk", is_descending=True),)
