"""Escalation routes over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.services.values import (
    NameIsTaken,
    NameNotPossible,
    NothingChanged,
    ValueNotPossible,
)
from escalations.api.fields import mistakes_as_errors
from escalations.api.serializers import route_figures as figures
from escalations.api.serializers import routes as shapes
from escalations.api.views.versions import VersionedViewSet, VersionsViewSet
from escalations.criteria_choices import criteria_fields
from escalations.models import EscalationRoute, RouteVersion
from escalations.services import routes
from escalations.services.choices import known_rows
from escalations.services.previewing import preview
from escalations.services.route_feedback import route_figures
from escalations.services.versions import ChangedMeanwhile, NoteNotPossible, PositionNotPossible
from helpdesk.api.acts import act
from helpdesk.api.schema import refusal

WRITING = (NameIsTaken, NameNotPossible, ValueNotPossible)
SHOWN = ("current__team", "current__skill", "current__created_by")


class RouteViewSet(VersionedViewSet):
    """Escalation routes in their order: to which tier which cases go, and what they bring."""

    queryset = EscalationRoute.objects.select_related(*SHOWN)
    serializer_class = shapes.RouteSerializer

    @extend_schema(
        request=shapes.NewRouteSerializer,
        responses={201: shapes.RouteSerializer, 409: refusal(*WRITING, PositionNotPossible)},
    )
    def create(self, request):
        """Make a route; it is in force at once."""
        self.serializer_class = shapes.NewRouteSerializer
        return self.made(routes.create_route)

    @act(
        shapes.RouteChangeSerializer,
        gives=shapes.RouteSerializer,
        refuses=(*WRITING, NothingChanged, ChangedMeanwhile),
    )
    def change(self, request, pk):
        """Make a new version, for escalations from now on."""
        return self.perform(routes.change_route)

    @act(
        shapes.RoutePlaceSerializer,
        gives=shapes.RouteSerializer,
        refuses=(PositionNotPossible, NothingChanged),
    )
    def move(self, request, pk):
        """Put the route at a place in the order."""
        return self.perform(routes.move_route)

    @act(
        shapes.RouteNoteSerializer,
        gives=shapes.RouteSerializer,
        refuses=(NothingChanged, NoteNotPossible),
    )
    def activate(self, request, pk):
        """Offer and suggest the route again."""
        return self.perform(routes.activate_route)

    @act(
        shapes.RouteNoteSerializer,
        gives=shapes.RouteSerializer,
        refuses=(NothingChanged, NoteNotPossible),
    )
    def deactivate(self, request, pk):
        """Offer and suggest the route no more; what went up by it goes on."""
        return self.perform(routes.deactivate_route)

    @extend_schema(request=shapes.CriteriaSerializer, responses=figures.PreviewSerializer)
    @action(detail=False, methods=["post"], serializer_class=shapes.CriteriaSerializer)
    def preview(self, request):
        """Count what criteria would find now and of the last 30 days, without keeping them."""
        said = self.facts()
        with mistakes_as_errors():
            found = preview(said["criteria"], by=request.user, at=timezone.now())
        context = self.get_serializer_context() | {"known": found.known}
        return Response(figures.PreviewSerializer(found, context=context).data)

    @extend_schema(responses=figures.CriteriaFieldSerializer(many=True), filters=False)
    @action(detail=False, pagination_class=None)
    def fields(self, request):
        """List the fields of criteria with their comparisons and choices."""
        offered = criteria_fields(known_rows())
        return Response(figures.CriteriaFieldSerializer(offered, many=True).data)

    @extend_schema(
        parameters=[figures.DaysSerializer],
        responses=figures.RouteFiguresSerializer(many=True),
        filters=False,
    )
    @action(detail=False, pagination_class=None)
    def feedback(self, request):
        """Say what became of what each route and each criterion suggested."""
        asked = figures.DaysSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        found = route_figures(**asked.validated_data, by=request.user, at=timezone.now())
        return Response(figures.RouteFiguresSerializer(found, many=True).data)


class RouteVersions(VersionsViewSet):
    """What a route said, since when, by whom and why; the newest first."""

    of = "route"
    queryset = RouteVersion.objects.select_related("team", "skill", "created_by")
    serializer_class = shapes.RouteVersionSerializer

    def list(self, request, *args, **kwargs):
        """List the versions of a route."""
        return super().list(request, *args, **kwargs)
