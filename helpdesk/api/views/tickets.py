"""Tickets: list, one, open."""

from django.utils import timezone
from django.utils.functional import cached_property
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.response import Response

from helpdesk.api.acts import with_everything
from helpdesk.api.schema import refusal
from helpdesk.api.serializers.acts import NewTicketSerializer
from helpdesk.api.serializers.tickets import TicketSerializer
from helpdesk.api.viewsets import ListViewSet
from helpdesk.filters import InvalidFilter, TicketFilter, filter_tickets
from helpdesk.models import Priority, Severity, Ticket
from helpdesk.queue import SORTS, VIEWS, View, tickets_in
from helpdesk.selectors import view_named
from helpdesk.services.opening import TicketNeedsWords, open_ticket

USUAL_VIEW, USUAL_SORT = "all", "newest"


def _names(choices, of: str) -> dict:
    return {"type": "string", "enum": [name.lower() for name in choices.names], "description": of}


#: What the document cannot read off the filters by itself.
for _filter, _schema in {
    "priority": _names(Priority, "Priority"),
    "severity": _names(Severity, "Severity"),
    "category": {"type": "string", "description": "Category, by its short name"},
    "tag": {"type": "string", "description": "Tag; of several the ticket has all"},
    "requester": {"type": "integer", "format": "int64", "description": "Customer"},
}.items():
    extend_schema_field(_schema)(TicketFilter.base_filters[_filter])


class SharedTicketFilter(DjangoFilterBackend):
    """The same narrowing as the queue page's."""

    def filter_queryset(self, request, queryset, view):
        if view.action != "list":
            return queryset
        try:
            now = timezone.now()
            return filter_tickets(queryset, request.query_params, at=now, user=request.user)
        except InvalidFilter as error:
            raise ValidationError(error.errors) from error


class TicketViewSet(RetrieveModelMixin, ListViewSet):
    """Tickets the person may see. They are changed by acts only."""

    queryset = Ticket.objects.none()
    serializer_class = TicketSerializer
    filter_backends = (SharedTicketFilter,)
    filterset_class = TicketFilter
    parameters = ("view", "saved_view", "sort")

    def get_queryset(self):
        if self.action == "list":
            tickets = tickets_in(self._view, self.request.user)
        else:
            tickets = Ticket.objects.visible_to(self.request.user)
        return with_everything(tickets)

    def sort_keys(self):
        usual = self._view.sort if self._view.saved_id else USUAL_SORT
        _, keys = SORTS[self._choice("sort", SORTS, usual)]
        return keys

    @cached_property
    def _view(self) -> View:
        try:
            return view_named(self.request.query_params, user=self.request.user, at=timezone.now())
        except InvalidFilter as error:
            raise ValidationError(error.errors, code="invalid") from error

    @extend_schema(
        parameters=[
            OpenApiParameter("view", OpenApiTypes.STR, enum=list(VIEWS), default=USUAL_VIEW),
            OpenApiParameter(
                "saved_view", OpenApiTypes.INT64, description="Instead of a view, a saved one."
            ),
            OpenApiParameter("sort", OpenApiTypes.STR, enum=list(SORTS), default=USUAL_SORT),
        ]
    )
    def list(self, request, *args, **kwargs):
        """List tickets by view, filter, search and order. Merged tickets are in the view `all`."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        request=NewTicketSerializer,
        responses={201: TicketSerializer, 409: refusal(TicketNeedsWords)},
    )
    def create(self, request):
        """Open a ticket with what the customer said."""
        serializer = NewTicketSerializer(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        ticket = open_ticket(**serializer.validated_data, by=request.user, at=timezone.now())
        return Response(
            TicketSerializer(with_everything(Ticket.objects.all()).get(pk=ticket.pk)).data,
            status=201,
        )

    def _choice(self, name: str, possible: dict, usual: str) -> str:
        chosen = self.request.query_params.get(name) or usual
        if chosen not in possible:
            raise ValidationError({name: [f"Possible: {', '.join(possible)}."]}, code="invalid")
        return chosen
