"""What is restricted is read by whom it is for, and by nobody else: no page, no REST answer."""

import pytest
from django.urls import reverse

from accounts.models import Role
from helpdesk.services.merging import merge_ticket
from tests.api.conftest import caller  # noqa: F401
from tests.escalations.secrets_of_a_case import (
    NAMES_DEPARTMENTS,
    STRANGERS,
    World,
    leaks,
    page_addresses,
    rest_addresses,
)
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["legal", "privacy"])
def world(request):
    return World(request.param)


def test_no_page_shows_it_to_who_may_not(world, client):
    for role in STRANGERS[world.kind]:
        client.force_login(world.people[role])

        found = leaks(client, page_addresses(world))

        assert [one for one in found if not NAMES_DEPARTMENTS.search(one)] == [], role
        said = client.get(reverse("helpdesk:ticket", args=[world.ticket.pk])).content.decode()
        assert f"{world.kind.capitalize()}: restricted" in said, "That it exists is seen."


def test_no_answer_of_rest_shows_it_to_who_may_not(world, caller):  # noqa: F811
    for role in STRANGERS[world.kind]:
        found = leaks(caller(world.people[role]), rest_addresses(world))

        assert [one for one in found if not NAMES_DEPARTMENTS.search(one)] == [], role


def test_who_may_not_read_it_does_nothing_to_it(world, caller):  # noqa: F811
    for role in STRANGERS[world.kind]:
        client = caller(world.people[role])
        for verb in ("answer", "withdraw", "remind", "make-link", "revoke-links"):
            address = f"/api/v1/inquiries/{world.open.pk}/{verb}/"
            assert client.post(address, {"reason": "Enough"}).status_code == 404, verb


def test_after_a_merge_it_is_as_hidden_as_before(world, client):
    target = make_ticket(team=world.team)
    merge_ticket(world.ticket.pk, into=target.pk, by=world.people[Role.TEAM_LEAD], at=world.now)
    world.numbers = [world.ticket.pk, target.pk]
    client.force_login(world.people[Role.SPECIALIST])

    found = leaks(client, page_addresses(world))

    assert [one for one in found if not NAMES_DEPARTMENTS.search(one)] == []
