"""What criteria suggest for a ticket, over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from escalations.api.serializers.routes import DismissalSerializer, SuggestionSerializer
from escalations.models import RouteSuggestion
from escalations.services.choices import known_rows
from escalations.services.deciding import SuggestionIsOver, dismiss
from helpdesk.api.schema import refusal
from helpdesk.api.viewsets import ListViewSet
from helpdesk.models import Ticket
from helpdesk.paging import Key


class TicketSuggestions(ListViewSet):
    """Routes that were suggested for a ticket, with why and what became of it; newest first."""

    queryset = RouteSuggestion.objects.none()
    serializer_class = SuggestionSerializer
    filter_backends = ()

    def get_queryset(self):
        visible = Ticket.objects.visible_to(self.request.user)
        ticket = visible.only("pk").get(pk=self.kwargs["ticket"])
        suggestions = RouteSuggestion.objects.filter(ticket=ticket)
        return suggestions.select_related("route", "decided_by")

    def sort_keys(self):
        return (Key("pk", is_descending=True),)

    def get_serializer_context(self):
        return super().get_serializer_context() | {"known": known_rows()}

    @extend_schema(
        request=DismissalSerializer,
        responses={200: SuggestionSerializer, 409: refusal(SuggestionIsOver)},
    )
    def dismiss(self, request, ticket, pk):
        """Say that this should not have been suggested; it is not suggested again."""
        suggestion = self.get_object()
        self.serializer_class = DismissalSerializer
        dismiss(suggestion.pk, **self.facts(), by=request.user, at=timezone.now())
        shown = self.get_queryset().get(pk=suggestion.pk)
        context = self.get_serializer_context()
        return Response(SuggestionSerializer(shown, context=context).data)
