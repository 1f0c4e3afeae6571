"""Typed-ahead search, and the palette."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from helpdesk.api.serializers.search import FoundSerializer, PaletteSerializer
from helpdesk.api.viewsets import RestViewSet
from helpdesk.models import Ticket
from helpdesk.palette import palette
from helpdesk.search_query import MAX_TEXT, read_search
from helpdesk.search_results import look_up
from helpdesk.whole_numbers import whole_number

Q = OpenApiParameter(
    "q",
    {"type": "string", "maxLength": MAX_TEXT},
    description=(
        'Words, `"words side by side"`, `-word`, and operators: `status:` `priority:` `assignee:`'
        " `team:` `channel:` `tag:` `customer:` `order:` `sku:` `before:` `after:` `due:` `has:`"
        " `is:`."
    ),
)


class SearchViewSet(RestViewSet):
    """The best few tickets, customers and orders."""

    serializer_class = FoundSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(operation_id="search", parameters=[Q], responses=FoundSerializer)
    def list(self, request):
        """Find tickets, customers and orders the person may see, a few of each."""
        text = _text(request)
        search = read_search(text)
        if search.problems:
            raise ValidationError({"q": list(search.problems)})
        found = look_up(search, user=request.user, at=timezone.now())
        context = self.get_serializer_context() | {"excerpts": found.excerpts}
        return Response(FoundSerializer(found, context=context).data)


class PaletteViewSet(RestViewSet):
    """What could be done and gone to from here."""

    serializer_class = PaletteSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(
        operation_id="palette",
        parameters=[
            Q,
            OpenApiParameter("ticket", OpenApiTypes.INT64, description="The ticket in view."),
        ],
        responses=PaletteSerializer,
    )
    def list(self, request):
        """Offer acts on the ticket in view that are possible now, what was found, and places."""
        ticket, now = _ticket(request), timezone.now()
        groups = palette(_text(request), ticket=ticket, user=request.user, at=now)
        return Response(PaletteSerializer({"groups": groups}).data)


def _text(request) -> str:
    text = request.query_params.get("q", "")
    if len(text) > MAX_TEXT:
        raise ValidationError({"q": [f"At most {MAX_TEXT} characters."]})
    return text


def _ticket(request) -> Ticket | None:
    asked = request.query_params.get("ticket", "")
    if not asked:
        return None
    number = whole_number(asked)
    if number is None:
        raise ValidationError({"ticket": ["A ticket's number."]})
    return get_object_or_404(Ticket.objects.visible_to(request.user), pk=number)
