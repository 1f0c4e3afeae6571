"""The queue page: what it shows, what it costs, what it refuses."""

import pytest
from django.urls import reverse

from accounts.models import Role
from helpdesk.models import Priority
from helpdesk.services.assignment import claim_ticket
from helpdesk.services.triage import add_tag
from tests.factories import MONDAY, make_identity, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db
QUEUE_MAY_COST = 12


@pytest.fixture
def team():
    return make_team("Home and kitchen")


@pytest.fixture
def mara(client, team):
    user = make_user(team=team, full_name="Mara Lindqvist")
    client.force_login(user)
    return user


def queue(client, **params):
    return client.get(reverse("helpdesk:queue"), params)


def shown(response) -> list[int]:
    return [ticket.pk for ticket in response.context["page"].rows]


def test_my_open_tickets_come_first(client, mara, team):
    mine, others = make_ticket(team=team), make_ticket(team=team)
    claim_ticket(mine.pk, by=mara, at=MONDAY)

    assert shown(queue(client)) == [mine.pk]
    assert set(shown(queue(client, view="open"))) == {mine.pk, others.pk}


def test_tickets_of_other_teams_are_in_no_view(client, mara):
    make_ticket(team=make_team("Billing"))

    assert shown(queue(client, view="all")) == []


def test_views_show_how_much_is_in_them(client, mara, team):
    for _ in range(3):
        make_ticket(team=team)

    page = queue(client).content.decode()

    assert '<span class="clip">Unassigned</span><span class="count">3</span>' in page


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"q": "kettle"}, "kettle"),
        ({"priority": "urgent"}, "kettle"),
        ({"tag": "lot 2611"}, "kettle"),
        ({"status": "solved"}, None),
        ({"channel": "amazon"}, None),
        ({"unassigned": "true", "q": "grinder"}, "grinder"),
    ],
    ids=lambda value: str(value),
)
def test_filters_narrow_the_list_and_can_be_taken_away(client, mara, team, params, expected):
    found = {
        "kettle": make_ticket("The kettle leaks", team=team, priority=Priority.URGENT).pk,
        "grinder": make_ticket("The grinder is loud", team=team).pk,
    }
    add_tag(found["kettle"], name="lot 2611", by=mara, at=MONDAY)

    response = queue(client, view="open", **params)

    assert shown(response) == ([found[expected]] if expected else [])
    assert [chip["label"] for chip in response.context["chips"]]


def test_an_impossible_filter_is_named_and_shows_nothing(client, mara, team):
    make_ticket(team=team)

    response = queue(client, view="open", status="bogus")

    assert response.status_code == 422
    assert "bogus is not one of the available choices" in response.content.decode()
    assert shown(response) == []


def test_a_page_link_that_is_not_valid_any_more_starts_again(client, mara):
    response = queue(client, view="open", cursor="made-up")

    assert response.status_code == 302
    assert "cursor" not in response.url
    assert "view=open" in response.url


def test_paging_shows_every_ticket_once(client, mara, team):
    identity = make_identity()
    made = {make_ticket(team=team, identity=identity).pk for _ in range(53)}

    first = queue(client, view="open")
    second = client.get(first.context["older"])

    assert len(shown(first)) == 50
    assert set(shown(first)) | set(shown(second)) == made
    assert second.context["newer"]


def test_htmx_gets_the_list_and_a_browser_the_page(client, mara):
    address = reverse("helpdesk:queue")
    panel = client.get(address, headers={"HX-Request": "true"})
    page = client.get(address)

    assert panel.content.decode().lstrip().startswith('<div class="list" id="list"')
    assert "<!doctype html>" in page.content.decode()
    assert "HX-Request" in page.headers["Vary"]


@pytest.mark.parametrize("ticket_count", [1, 50])
def test_the_queue_costs_the_same_however_long(
    client, mara, team, ticket_count, django_assert_max_num_queries
):
    for number in range(ticket_count):
        ticket = make_ticket(team=team, identity=make_identity(f"c{number}@mail.example"))
        claim_ticket(ticket.pk, by=make_user() if number % 2 else mara, at=MONDAY)

    with django_assert_max_num_queries(QUEUE_MAY_COST):
        response = queue(client, view="open", q="coffee", priority="normal", sort="updated")

    assert len(shown(response)) == ticket_count


def test_customers_words_are_shown_and_never_run(client, mara, team):
    make_ticket("<script>alert(1)</script>", team=team, identity=make_identity(name="<b>Eve</b>"))

    page = queue(client, view="open", q="script").content.decode()

    assert "<script>alert" not in page
    assert "<b>Eve" not in page


def test_compliance_reads_and_is_not_offered_a_new_ticket(client):
    client.force_login(make_user(Role.COMPLIANCE))

    assert reverse("helpdesk:new_ticket") not in queue(client).content.decode()
    assert client.get(reverse("helpdesk:new_ticket")).status_code == 403
