"""The views of the queue with their counts, and those that people keep."""

import hashlib

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from helpdesk.api.acts import act
from helpdesk.api.schema import refusal
from helpdesk.api.serializers.saved_views import (
    ConditionFieldSerializer,
    ConditionsSerializer,
    CountedViewSerializer,
    CountSerializer,
    NewSavedViewSerializer,
    SavedViewChangeSerializer,
    SavedViewSerializer,
)
from helpdesk.api.viewsets import ListViewSet, RestViewSet
from helpdesk.condition_choices import condition_fields
from helpdesk.models import SavedView
from helpdesk.paging import Key
from helpdesk.queue import COUNT_CAP, VIEWS, count_views, saved_as_view
from helpdesk.selectors import saved_views_of
from helpdesk.services.saved_views import (
    TooManyViews,
    ViewRefused,
    change_view,
    delete_view,
    save_view,
)
from helpdesk.view_counts import count_draft, count_saved_views

REFUSES = (ViewRefused, TooManyViews)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="An `ETag`; unchanged answers 304."
)


class ViewViewSet(RestViewSet):
    """The views of the queue, built-in and saved, with how much is in each."""

    serializer_class = CountedViewSerializer
    filter_backends = ()
    pagination_class = None

    @extend_schema(
        parameters=[IF_NONE_MATCH],
        responses={200: CountedViewSerializer(many=True), 304: None},
    )
    def list(self, request):
        """List the views with their counts. For polling: what takes too long has no count."""
        now = timezone.now()
        saved = [saved_as_view(view, at=now) for view in saved_views_of(request.user)]
        views = [*VIEWS.values(), *saved]
        counts = count_views(request.user) | count_saved_views(request.user, saved)
        shown = CountedViewSerializer([_counted(view, counts) for view in views], many=True).data
        tag = f'"{hashlib.sha256(JSONRenderer().render(shown)).hexdigest()[:32]}"'
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if tag in request.headers.get("If-None-Match", ""):
            return Response(status=304, headers=headers)
        return Response(shown, headers=headers)


class SavedViewViewSet(RetrieveModelMixin, ListViewSet):
    """One's own views and those shared with one's teams."""

    queryset = SavedView.objects.none()
    serializer_class = SavedViewSerializer
    filter_backends = ()

    def get_queryset(self):
        return SavedView.objects.visible_to(self.request.user).select_related("owner", "team")

    def sort_keys(self):
        return Key("name"), Key("pk")

    @extend_schema(
        request=NewSavedViewSerializer, responses={201: SavedViewSerializer, 409: refusal(*REFUSES)}
    )
    def create(self, request):
        """Keep a view, for oneself or with a team."""
        self.serializer_class = NewSavedViewSerializer
        view = save_view(**self.facts(), by=request.user, at=timezone.now())
        return Response(SavedViewSerializer(view).data, status=201)

    @act(SavedViewChangeSerializer, gives=SavedViewSerializer, refuses=REFUSES)
    def change(self, request, pk):
        """Change one's view, for everybody it is shared with."""
        view = self.get_object()
        view = change_view(view.pk, **self.facts(), by=request.user, at=timezone.now())
        return Response(SavedViewSerializer(view).data)

    @extend_schema(responses={204: None})
    def destroy(self, request, pk):
        """Delete one's view. To have it again, save it again."""
        delete_view(self.get_object().pk, by=request.user)
        return Response(status=204)

    @extend_schema(request=ConditionsSerializer, responses=CountSerializer)
    @action(detail=False, methods=["post"], serializer_class=ConditionsSerializer)
    def preview(self, request):
        """Count what conditions would find, without keeping them."""
        draft = SavedView(conditions=self.facts()["conditions"])
        view = saved_as_view(draft, at=timezone.now())
        count = count_draft(request.user, view)
        return Response(_capped(count))

    @extend_schema(responses=ConditionFieldSerializer(many=True), filters=False)
    @action(detail=False, pagination_class=None)
    def fields(self, request):
        """List the fields of conditions with their operators and values."""
        return Response(ConditionFieldSerializer(condition_fields(), many=True).data)


def _counted(view, counts: dict[str, int]) -> dict:
    # A saved view that is missing took too long; a built-in one holds nothing.
    nothing = 0 if view.saved_id is None else None
    count = counts.get(view.name, nothing) if view.is_counted else None
    return {
        "name": view.name,
        "label": str(view.label),
        "saved_view": view.saved_id,
        **_capped(count),
    }


def _capped(count: int | None) -> dict:
    return {
        "count": None if count is None else min(count, COUNT_CAP),
        "is_more": count is not None and count > COUNT_CAP,
    }
