"""Stores and their connections over REST: seen by managers, changed by administrators."""

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.response import Response

from accounts.permissions import require
from accounts.rules import Act
from accounts.services.values import NameIsTaken, NameNotPossible, NothingChanged, ValueNotPossible
from helpdesk.api.acts import act
from helpdesk.api.schema import refusal
from helpdesk.api.serializers import stores as shapes
from helpdesk.api.viewsets import ListViewSet, RestViewSet
from helpdesk.paging import Key
from marketplaces.models import Connection, ConnectionEntry, Exchange, ExchangeOutcome, Store
from marketplaces.services import connections as services
from marketplaces.services.checking import check_connection
from marketplaces.services.entries import AddressNotPossible, EntryMissing, EntryNotPossible
from marketplaces.store_states import state_of
from marketplaces.vault import CannotDecrypt
from marketplaces.wire.opening import NotConnected

ENTRIES = (EntryMissing, EntryNotPossible, AddressNotPossible, ValueNotPossible)
NEWEST = (Key("pk", is_descending=True),)


class SeesStores(RestViewSet):
    """For whoever may see how stores are connected."""

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        require(request.user, Act.SEE_STORES)


class StoreViewSet(SeesStores, RetrieveModelMixin, ListViewSet):
    """Stores by name, each with its connection."""

    queryset = Store.objects.select_related(
        "connection__connected_by", "connection__paused_by"
    ).prefetch_related("connection__streams")
    serializer_class = shapes.StoreSerializer
    filter_backends = ()

    def sort_keys(self):
        return Key("name"), Key("pk")

    def get_serializer_context(self):
        return super().get_serializer_context() | {"now": timezone.now()}

    def paginate_queryset(self, queryset):
        return [_with_state(store) for store in super().paginate_queryset(queryset)]

    def get_object(self):
        return _with_state(super().get_object())

    @extend_schema(
        request=shapes.NewStoreSerializer,
        responses={
            201: shapes.StoreSerializer,
            409: refusal(
                NotConnected, NameNotPossible, NameIsTaken, services.AlreadyConnected, *ENTRIES
            ),
        },
    )
    def create(self, request):
        """Connect a store; one of that name whose orders came in files becomes the connected one.

        The next test of the connection says whether it works.
        """
        require(request.user, Act.MANAGE_STORES)
        self.serializer_class = shapes.NewStoreSerializer
        said = {"by": request.user, "at": timezone.now()}
        connection = services.connect_store(**self.facts(), **said)
        return self._show(connection.store_id, status=201)

    @act(
        shapes.StoreChangeSerializer,
        gives=shapes.StoreSerializer,
        refuses=(NothingChanged, NameNotPossible, NameIsTaken, *ENTRIES),
    )
    def change(self, request, pk):
        """Change what is named; the next call goes by it."""
        return self._perform(services.change_connection)

    @act(
        shapes.CredentialsSerializer,
        gives=shapes.StoreSerializer,
        refuses=(NothingChanged, EntryNotPossible, ValueNotPossible, CannotDecrypt),
    )
    def rotate_credentials(self, request, pk):
        """Replace the credentials that are given. The next call uses them."""
        return self._perform(services.rotate_credentials)

    @act(
        shapes.PauseSerializer,
        gives=shapes.StoreSerializer,
        refuses=(NothingChanged, services.ReasonMissing),
    )
    def pause(self, request, pk):
        """Call the marketplace no more until somebody lets it go on."""
        return self._perform(services.pause_connection)

    @act(gives=shapes.StoreSerializer, refuses=(NothingChanged,))
    def resume(self, request, pk):
        """Let a paused connection go on from where it was."""
        return self._perform(services.resume_connection)

    @act(gives=shapes.StoreSerializer, refuses=(NotConnected, CannotDecrypt))
    def test(self, request, pk):
        """Ask the marketplace something harmless, and keep what it says under `check`."""
        return self._perform(check_connection)

    def _perform(self, service) -> Response:
        require(self.request.user, Act.MANAGE_STORES)
        pk = self.get_object().pk
        facts = self.facts()
        Connection.objects.get(store=pk)
        service(pk, **facts, by=self.request.user, at=timezone.now())
        return self._show(pk)

    def _show(self, pk: int, *, status: int = 200) -> Response:
        store = _with_state(self.get_queryset().get(pk=pk))
        context = self.get_serializer_context()
        return Response(shapes.StoreSerializer(store, context=context).data, status=status)


def _with_state(store: Store) -> Store:
    store.state = state_of(getattr(store, "connection", None), timezone.now())
    return store


class StoreRecord(SeesStores, ListViewSet):
    """Who changed what of a store's connection, the newest first."""

    queryset = ConnectionEntry.objects.none()
    serializer_class = shapes.ConnectionEntrySerializer
    filter_backends = ()

    def get_queryset(self):
        of_store = ConnectionEntry.objects.filter(connection__store=self.kwargs["id"])
        return of_store.select_related("actor")

    def sort_keys(self):
        return NEWEST

    def list(self, request, *args, **kwargs):
        """List who changed what of a store's connection; of credentials only their names."""
        Store.objects.get(pk=kwargs["id"])
        return super().list(request, *args, **kwargs)


class ExchangeFilter(django_filters.FilterSet):
    outcome = django_filters.ChoiceFilter(choices=ExchangeOutcome.choices)
    operation = django_filters.CharFilter(max_length=80)
    correlation = django_filters.UUIDFilter()
    since = django_filters.IsoDateTimeFilter(field_name="started_at", lookup_expr="gte")
    until = django_filters.IsoDateTimeFilter(field_name="started_at", lookup_expr="lt")

    class Meta:
        model = Exchange
        fields: list[str] = []


class StoreExchanges(SeesStores, ListViewSet):
    """Calls to a store's marketplace, the newest first."""

    queryset = Exchange.objects.none()
    serializer_class = shapes.ExchangeSerializer
    filterset_class = ExchangeFilter

    def get_queryset(self):
        bodies = ("request_body", "response_body", "headers")
        return Exchange.objects.filter(store=self.kwargs["id"]).defer(*bodies)

    def sort_keys(self):
        return NEWEST

    def list(self, request, *args, **kwargs):
        """List calls to a store's marketplace, without what was said."""
        Store.objects.get(pk=kwargs["id"])
        return super().list(request, *args, **kwargs)


class ExchangeViewSet(RetrieveModelMixin, SeesStores):
    """One call, with what was said, masked."""

    queryset = Exchange.objects.all()
    serializer_class = shapes.ExchangeDetailSerializer
    filter_backends = ()
