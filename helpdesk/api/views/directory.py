"""Colleagues, teams, and the managed lists."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.response import Response

from accounts.models import Team, User
from helpdesk.api.filters import TagFilter, UserFilter
from helpdesk.api.serializers.people import MeSerializer, TeamSerializer, UserSerializer
from helpdesk.api.serializers.taxonomy import (
    CategorySerializer,
    ProductLineSerializer,
    TagSerializer,
)
from helpdesk.api.viewsets import ListViewSet
from helpdesk.models import Category, ProductLine, Tag
from helpdesk.paging import Key


class UserViewSet(RetrieveModelMixin, ListViewSet):
    """Everybody who works here, by name."""

    queryset = User.objects.prefetch_related("teams")
    serializer_class = UserSerializer
    filterset_class = UserFilter

    def sort_keys(self):
        return Key("full_name"), Key("pk")

    @extend_schema(responses=MeSerializer, filters=False)
    @action(detail=False, pagination_class=None, filterset_class=None)
    def me(self, request):
        """Say who asks."""
        return Response(MeSerializer(request.user).data)


class TeamViewSet(RetrieveModelMixin, ListViewSet):
    """Teams with their tier, by name."""

    queryset = Team.objects.select_related("tier")
    serializer_class = TeamSerializer

    def sort_keys(self):
        return Key("name"), Key("pk")


class TagViewSet(ListViewSet):
    """Tags in use, by name."""

    queryset = Tag.objects.all()
    serializer_class = TagSerializer
    filterset_class = TagFilter

    def sort_keys(self):
        return (Key("name"),)


class CategoryViewSet(ListViewSet):
    """What a ticket can be about, by name."""

    queryset = Category.objects.all()
    serializer_class = CategorySerializer

    def sort_keys(self):
        return (Key("name"),)


class ProductLineViewSet(ListViewSet):
    """Which product lines a ticket can be about, by name."""

    queryset = ProductLine.objects.all()
    serializer_class = ProductLineSerializer

    def sort_keys(self):
        return (Key("name"),)
