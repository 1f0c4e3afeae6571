"""Administering people, teams and tiers: ``POST /users/{id}/{act}/``."""

from collections.abc import Callable
from functools import partial

from django.utils import timezone
from rest_framework.response import Response

from accounts.errors import RuleViolation
from accounts.models import Team, Tier, User
from accounts.services import hours, invitations, leave, memberships, people, skills, teams
from accounts.services.values import NameIsTaken, NameNotPossible, NothingChanged, ValueNotPossible
from helpdesk.api.acts import act
from helpdesk.api.serializers import administration as takes
from helpdesk.api.serializers.people import PersonDetailSerializer, TeamSerializer, TierSerializer
from helpdesk.api.viewsets import RestViewSet

act_on_person = partial(act, gives=PersonDetailSerializer)
act_on_team = partial(act, gives=TeamSerializer)
SHUT_OUT: tuple[type[RuleViolation], ...] = (
    people.NotYourself,
    people.LastAdministrator,
    NothingChanged,
)


def with_everything(users):
    """Load what one person shows."""
    return users.prefetch_related(
        "memberships__team", "skill_levels__skill", "working_hours", "leaves"
    )


def show_person(view: RestViewSet, pk: int, *, status: int = 200) -> Response:
    """Answer with the person as they are now."""
    user = with_everything(User.objects.all()).get(pk=pk)
    context = view.get_serializer_context()
    return Response(PersonDetailSerializer(user, context=context).data, status=status)


class Administration(RestViewSet):
    """Acts that find their row, call one service, and answer with the row."""

    filter_backends = ()

    def perform(self, service: Callable) -> object:
        """:raises Http404: for a row that is not there, before the input is looked at."""
        pk = self.get_object().pk
        return service(pk, **self.facts(), by=self.request.user, at=timezone.now())


class PeopleActs(Administration):
    queryset = User.objects.all()

    def _perform_and_show(self, service: Callable, *, status: int = 200) -> Response:
        self.perform(service)
        return show_person(self, int(self.kwargs["pk"]), status=status)

    @act_on_person(takes.PersonNameSerializer, refuses=(NameNotPossible, NothingChanged))
    def rename(self, request, pk):
        """Correct somebody's name."""
        return self._perform_and_show(people.rename_person)

    @act_on_person(takes.RoleSerializer, refuses=SHUT_OUT)
    def change_role(self, request, pk):
        """Give somebody another role; not oneself, and one administrator stays."""
        return self._perform_and_show(people.change_role)

    @act_on_person(refuses=SHUT_OUT)
    def deactivate(self, request, pk):
        """Let somebody in no more: sessions end and tokens are revoked at once."""
        return self._perform_and_show(people.deactivate_person)

    @act_on_person(refuses=(NothingChanged,))
    def reactivate(self, request, pk):
        """Let somebody in again."""
        return self._perform_and_show(people.reactivate_person)

    @act_on_person(refuses=(invitations.InvitationIsOver,))
    def invite_again(self, request, pk):
        """Send a new invitation; the link before it ends."""
        return self._perform_and_show(invitations.invite_again)

    @act_on_person(takes.SeatsSerializer, refuses=(memberships.TeamNamedTwice,))
    def set_teams(self, request, pk):
        """Say which teams somebody is in, and which they lead."""
        return self._perform_and_show(memberships.set_teams)

    @act_on_person(
        takes.SkillsSerializer, refuses=(skills.SkillNamedTwice, NameNotPossible, ValueNotPossible)
    )
    def set_skills(self, request, pk):
        """Say what somebody is good at."""
        return self._perform_and_show(skills.set_skills)

    @act_on_person(takes.WeekSerializer, refuses=(hours.HoursNotPossible,))
    def set_working_hours(self, request, pk):
        """Say when somebody works, in their own time zone."""
        return self._perform_and_show(hours.set_working_hours)

    @act_on_person(takes.NewLeaveSerializer, refuses=(leave.LeaveNotPossible,), status=201)
    def add_leave(self, request, pk):
        """Write down days somebody is away."""
        return self._perform_and_show(leave.add_leave, status=201)

    @act_on_person(takes.LeaveChoiceSerializer)
    def remove_leave(self, request, pk):
        """Take days of leave back."""
        return self._perform_and_show(leave.remove_leave)


class TeamActs(Administration):
    queryset = Team.objects.all()

    @act_on_team(
        takes.TeamNewNameSerializer, refuses=(NameIsTaken, NameNotPossible, NothingChanged)
    )
    def rename(self, request, pk):
        """Give the team another name."""
        return Response(TeamSerializer(self.perform(teams.rename_team)).data)

    @act_on_team(takes.TeamTierSerializer, refuses=(NothingChanged,))
    def change_tier(self, request, pk):
        """Put the team on another tier."""
        return Response(TeamSerializer(self.perform(teams.change_tier)).data)


class TierActs(Administration):
    queryset = Tier.objects.all()
    lookup_field = "level"

    @act(
        takes.TierNameSerializer,
        gives=TierSerializer,
        refuses=(NameIsTaken, NameNotPossible, NothingChanged),
    )
    def rename(self, request, level):
        """Give the tier another name."""
        return Response(TierSerializer(self.perform(teams.rename_tier)).data)
