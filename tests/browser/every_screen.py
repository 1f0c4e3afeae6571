"""Every screen there is, by what it is about and who looks at it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from accounts.models import Role, Team, User
from tests.browser.conftest import with_password
from tests.browser.screens import (
    Screen,
    screens_of_clocks,
    screens_of_the_workspace,
    screens_without_a_session,
)
from tests.browser.screens_of_administration import (
    screens_of_people,
    screens_of_policies,
    screens_of_routes,
    screens_of_webhooks,
)
from tests.browser.screens_of_escalations import screens_of_escalations
from tests.browser.screens_of_inquiries import screens_of_inquiries
from tests.browser.screens_of_investigations import screens_of_investigations
from tests.browser.screens_of_stores import screens_of_stores
from tests.factories import make_user


class House:
    """A team, its lead and an administrator, who can sign in."""

    def __init__(self, team: Team):
        self.team = team
        self.lead = with_password(make_user(Role.TEAM_LEAD, team=team, full_name="Priya Raman"))
        self.admin = with_password(make_user(Role.ADMIN, team=team, full_name="Noor Haddad"))

    @cached_property
    def inquiries(self) -> tuple[list[Screen], list[Screen], list[Screen]]:
        return screens_of_inquiries(lead=self.lead, team=self.team)


@dataclass(frozen=True)
class Group:
    """``screens`` makes what they show; ``reader`` is who looks, nobody if nobody signed in."""

    screens: Callable[[House], list[Screen]]
    reader: Callable[[House], User | None] = lambda house: house.admin


def _nobody(house: House) -> None:
    return None


def _lead(house: House) -> User:
    return house.lead


EVERY_SCREEN = {
    "without a session": Group(
        lambda of: screens_without_a_session(admin=of.admin, lead=of.lead), _nobody
    ),
    "links to inquiries": Group(lambda of: of.inquiries[0], _nobody),
    "workspace": Group(lambda of: screens_of_the_workspace(lead=of.lead, team=of.team), _lead),
    "inquiries": Group(lambda of: of.inquiries[1], _lead),
    "departments": Group(lambda of: of.inquiries[2]),
    "people": Group(lambda of: screens_of_people(admin=of.admin, lead=of.lead, team=of.team)),
    "policies": Group(lambda of: screens_of_policies(admin=of.admin, team=of.team)),
    "routes": Group(lambda of: screens_of_routes(team=of.team)),
    "clocks": Group(lambda of: screens_of_clocks(team=of.team)),
    "investigations": Group(lambda of: screens_of_investigations(admin=of.admin, team=of.team)),
    "webhooks": Group(lambda of: screens_of_webhooks(admin=of.admin)),
    "stores": Group(lambda of: screens_of_stores(admin=of.admin)),
    "escalations": Group(lambda of: screens_of_escalations(admin=of.admin, team=of.team)),
}
