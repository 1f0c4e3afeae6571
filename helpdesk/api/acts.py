"""Acts on a ticket: ``POST /tickets/{number}/{act}/``."""

from collections.abc import Callable

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.errors import RuleViolation
from helpdesk.api.schema import refusal
from helpdesk.api.serializers.inputs import NothingSerializer
from helpdesk.api.serializers.tickets import TicketSerializer
from helpdesk.api.viewsets import RestViewSet
from helpdesk.models import Ticket


def act(
    takes: type = NothingSerializer,
    *,
    gives: type = TicketSerializer,
    status: int = 200,
    refuses: tuple[type[RuleViolation], ...] = (),
    **route,
) -> Callable:
    """Make a method one act: its route, what it takes and gives, and what the rules refuse."""

    def decorate(method):
        name = method.__name__.replace("_", "-")
        routed = action(
            detail=True, methods=["post"], url_path=name, serializer_class=takes, **route
        )(method)
        return extend_schema(
            request=takes,
            responses={status: OpenApiResponse(gives), 409: refusal(*refuses)},
        )(routed)

    return decorate


class TicketActs(RestViewSet):
    """Acts on a ticket the person may see."""

    filter_backends = ()

    def get_queryset(self):
        return Ticket.objects.visible_to(self.request.user)

    def perform(self, service: Callable) -> object:
        """Call the service for the ticket with what the act takes.

        :raises Http404: for a ticket the person may not see, before anything else is looked at.
        """
        number = self.get_object().pk
        return service(number, **self.facts(), by=self.request.user, at=timezone.now())

    def act_and_show(self, service: Callable) -> Response:
        self.perform(service)
        return self.show(self.kwargs["pk"])

    def show(self, number: int, *, status: int = 200) -> Response:
        """Answer with the ticket as it is now, wherever the act has moved it."""
        ticket = with_everything(Ticket.objects.all()).get(pk=number)
        return Response(TicketSerializer(ticket).data, status=status)


def with_everything(tickets):
    """Load what a ticket shows, in two queries for any number of them."""
    return tickets.select_related(
        "requester", "identity", "order", "category", "product_line", "team__tier", "assignee"
    ).prefetch_related("tags")
