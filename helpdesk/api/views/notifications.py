"""The bell: lines, what was read, how many are not; and whom a note may name."""

import django_filters
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.models import User
from helpdesk.api.serializers.notifications import (
    MentionableSerializer,
    NewNotificationChoiceSerializer,
    NotificationChoicesSerializer,
    NotificationSerializer,
    ReadSerializer,
    UnreadSerializer,
)
from helpdesk.api.views.linking import ticket_of
from helpdesk.api.viewsets import ListViewSet
from helpdesk.models import Notification, Ticket
from helpdesk.paging import Key
from helpdesk.services import notifications
from helpdesk.services.audience import who_may_see
from helpdesk.services.mentioning import people_to_mention


class NotificationFilter(django_filters.FilterSet):
    unread = django_filters.BooleanFilter(
        label="Unread", field_name="read_at", lookup_expr="isnull"
    )

    class Meta:
        model = Notification
        fields: list[str] = []


class NotificationViewSet(ListViewSet):
    """One's own notifications, newest first."""

    queryset = Notification.objects.none()
    serializer_class = NotificationSerializer
    filterset_class = NotificationFilter

    @property
    def default_response_headers(self):
        headers = super().default_response_headers
        # The count may be kept to be asked for again by its ETag.
        return headers | ({"Cache-Control": "private, no-cache"} if self.action == "count" else {})

    def get_queryset(self):
        return notifications.lines_for(self.request.user)

    def sort_keys(self):
        return (Key("pk", is_descending=True),)

    @extend_schema(
        responses={200: UnreadSerializer, 304: OpenApiResponse(description="As you know it.")},
        parameters=[
            OpenApiParameter("If-None-Match", OpenApiTypes.STR, OpenApiParameter.HEADER),
        ],
        filters=False,
    )
    @action(detail=False, pagination_class=None, filterset_class=None)
    def count(self, request):
        """Count the unread lines. With the `ETag` of the last answer it costs almost nothing."""
        return self._count()

    @extend_schema(request=ReadSerializer, responses=UnreadSerializer)
    @action(detail=False, methods=["post"], serializer_class=ReadSerializer)
    def read(self, request):
        """Mark lines as read, and answer with what is left."""
        notifications.mark_read(request.user, **self.facts(), at=timezone.now())
        return self._count()

    @extend_schema(responses=NotificationChoicesSerializer, filters=False)
    @action(detail=False, pagination_class=None, filterset_class=None)
    def preferences(self, request):
        """Say how one hears of each kind."""
        return self._choices()

    @extend_schema(request=NewNotificationChoiceSerializer, responses=NotificationChoicesSerializer)
    @preferences.mapping.post
    def choose(self, request):
        """Choose how to hear of one kind from now on."""
        serializer = NewNotificationChoiceSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        notifications.choose(request.user, **serializer.validated_data)
        return self._choices()

    def _count(self) -> Response:
        unread, newest = notifications.unread_of(self.request.user)
        tag = f'"{unread}-{newest}"'
        is_known = self.request.method == "GET" and tag in self.request.headers.get(
            "If-None-Match", ""
        )
        shown = None if is_known else UnreadSerializer({"unread": unread, "newest": newest}).data
        return Response(shown, status=304 if is_known else 200, headers={"ETag": tag})

    def _choices(self) -> Response:
        choices = notifications.choices_of(self.request.user)
        return Response(NotificationChoicesSerializer({"choices": choices}).data)


class MentionableFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Beginning of a name", method="search", max_length=120)

    class Meta:
        model = User
        fields: list[str] = []

    def search(self, queryset, name, value):
        """Keep people one of whose names, or whose address, begins so."""
        begins = Q(full_name__istartswith=value) | Q(email__istartswith=value)
        return queryset.filter(begins | Q(full_name__icontains=f" {value}"))


class TicketMentionable(ListViewSet):
    """Whom a note on the ticket may name: first those who may see it, then those who may not."""

    queryset = User.objects.none()
    serializer_class = MentionableSerializer
    filterset_class = MentionableFilter

    def get_queryset(self):
        ticket_of(self)
        ticket = Ticket.objects.select_related("team").get(pk=self.kwargs["ticket"])
        seen = Exists(who_may_see(ticket).filter(pk=OuterRef("pk")))
        return people_to_mention().annotate(may_see=seen)

    def sort_keys(self):
        return Key("may_see", is_descending=True), Key("full_name"), Key("pk")
