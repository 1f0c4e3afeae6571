"""Colleagues, teams, and the managed lists."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.response import Response

from accounts.models import Team, Tier, User
from accounts.services.invitations import AddressIsTaken, AddressNotPossible, invite_person
from accounts.services.memberships import TeamNamedTwice
from accounts.services.teams import LevelNotPossible, create_team, create_tier
from accounts.services.values import NameIsTaken, NameNotPossible
from helpdesk.api.filters import TagFilter, UserFilter
from helpdesk.api.schema import refusal
from helpdesk.api.serializers.administration import (
    InvitationSerializer,
    NewTeamSerializer,
    NewTierSerializer,
)
from helpdesk.api.serializers.people import (
    MeSerializer,
    PersonDetailSerializer,
    TeamSerializer,
    TierSerializer,
    UserSerializer,
)
from helpdesk.api.serializers.taxonomy import (
    CategorySerializer,
    ProductLineSerializer,
    TagSerializer,
)
from helpdesk.api.views.people import show_person, with_everything
from helpdesk.api.viewsets import ListViewSet
from helpdesk.models import Category, ProductLine, Tag
from helpdesk.paging import Key

NOT_INVITED = (AddressIsTaken, AddressNotPossible, NameNotPossible, TeamNamedTwice)
NAME_REFUSED = (NameIsTaken, NameNotPossible)


class UserViewSet(RetrieveModelMixin, ListViewSet):
    """Everybody who works here, by name."""

    queryset = User.objects.all()
    filterset_class = UserFilter

    def get_serializer_class(self):
        taken = {"create": InvitationSerializer, "retrieve": PersonDetailSerializer}
        return taken.get(self.action, UserSerializer)

    def get_queryset(self):
        if self.action == "retrieve":
            return with_everything(super().get_queryset())
        return super().get_queryset().prefetch_related("teams")

    def sort_keys(self):
        return Key("full_name"), Key("pk")

    @extend_schema(responses={201: PersonDetailSerializer, 409: refusal(*NOT_INVITED)})
    def create(self, request):
        """Invite somebody; they get a letter with a link that sets their password."""
        user = invite_person(**self.facts(), by=request.user, at=timezone.now())
        return show_person(self, user.pk, status=201)

    @extend_schema(responses=MeSerializer, filters=False)
    @action(detail=False, pagination_class=None, filterset_class=None)
    def me(self, request):
        """Say who asks."""
        return Response(MeSerializer(request.user).data)


class TeamViewSet(RetrieveModelMixin, ListViewSet):
    """Teams with their tier, by name."""

    queryset = Team.objects.select_related("tier")

    def get_serializer_class(self):
        return NewTeamSerializer if self.action == "create" else TeamSerializer

    def sort_keys(self):
        return Key("name"), Key("pk")

    @extend_schema(responses={201: TeamSerializer, 409: refusal(*NAME_REFUSED)})
    def create(self, request):
        """Make a team."""
        team = create_team(**self.facts(), by=request.user, at=timezone.now())
        return Response(TeamSerializer(team).data, status=201)


class TierViewSet(ListViewSet):
    """Tiers, the lowest first."""

    queryset = Tier.objects.all()
    lookup_field = "level"

    def get_serializer_class(self):
        return NewTierSerializer if self.action == "create" else TierSerializer

    def sort_keys(self):
        return (Key("level"),)

    @extend_schema(responses={201: TierSerializer, 409: refusal(*NAME_REFUSED, LevelNotPossible)})
    def create(self, request):
        """Make a tier."""
        tier = create_tier(**self.facts(), by=request.user, at=timezone.now())
        return Response(TierSerializer(tier).data, status=201)


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
