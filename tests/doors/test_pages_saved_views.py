"""The filter builder without script, and saved views in the queue."""

import json

import pytest
from django.urls import reverse

from accounts.models import Role
from helpdesk.models import SavedView, TicketLook
from helpdesk.services.assignment import claim_ticket
from helpdesk.services.saved_views import save_view
from tests.factories import MONDAY, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db
NEW = reverse("helpdesk:new_saved_view")
OPEN = {"all": [{"field": "status", "operator": "in", "value": ["new", "open"]}]}
NESTED = {"any": [*OPEN["all"], OPEN]}


@pytest.fixture
def team():
    return make_team("Home and kitchen")


@pytest.fixture
def mara(client, team):
    user = make_user(team=team, full_name="Mara Lindqvist")
    client.force_login(user)
    return user


def rows(*conditions) -> dict:
    names = ("field", "operator", "value")
    return {
        f"{name}-{position}": value
        for position, condition in enumerate(conditions)
        for name, value in zip(names, condition, strict=True)
    }


def keep(client, *conditions, **more):
    data = {"name": "Urgent kettles", "sort": "newest", "team": ""} | rows(*conditions) | more
    return client.post(NEW, data)


def test_a_view_is_built_from_rows_of_words(client, mara, team):
    response = keep(
        client,
        ("status", "in", "New, on hold"),
        ("assignee", "is", "Mara Lindqvist"),
        ("team", "is_not", "one of my teams"),
        ("financial_impact", "at_least", "12.50 eur"),
        ("tags", "empty", "whatever stands here"),
        ("requester", "is", "77"),
        team=str(team.pk),
    )

    view = SavedView.objects.get()
    assert response.url == f"{reverse('helpdesk:queue')}?saved={view.pk}"
    assert (view.owner, view.team, view.sort) == (mara, team, "newest")
    assert view.conditions["all"] == [
        {"field": "status", "operator": "in", "value": ["new", "on_hold"]},
        {"field": "assignee", "operator": "is", "value": mara.pk},
        {"field": "team", "operator": "is_not", "value": "mine"},
        {
            "field": "financial_impact",
            "operator": "at_least",
            "value": {"amount": "12.50", "currency": "EUR"},
        },
        {"field": "tags", "operator": "empty"},
        {"field": "requester", "operator": "is", "value": 77},
    ]


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ([("status", "is", "lost")], "Condition 1: Possible: new"),
        ([("status", "is", "new"), ("opened_at", "before", "soon")], "Condition 2: Give a moment"),
        ([("colour", "is", "red")], "Condition 1: Possible: status"),
        ([("status", "before", "x")], "Condition 1: Possible: is"),
        ([("words", "contains", "a\x00b")], "Condition 1: Give a text"),
        ([("requester", "is", "9" * 50)], "Condition 1: Give an id"),
        ([("financial_impact", "at_most", "much")], "Condition 1: Give an amount"),
        ([], "A group has a list"),
    ],
)
def test_mistakes_are_said_with_what_was_written(client, mara, conditions, words):
    response = keep(client, *conditions)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert "Urgent kettles" in response.content.decode()
    assert not SavedView.objects.exists()


def test_what_the_list_shows_now_is_where_a_view_begins(client, mara):
    page = client.get(NEW, {"view": "mine", "priority": "urgent", "q": "kettle", "tag": "vip"})

    begun = json.loads(page.context["conditions"])["all"]
    assert [(each["field"], each.get("value")) for each in begun] == [
        ("assignee", "me"),
        ("status", ["solved", "closed"]),
        ("priority", ["urgent"]),
        ("tags", "vip"),
        ("words", "kettle"),
    ]


def test_a_saved_view_is_a_list_like_any_other(client, mara, team):
    mine, other = make_ticket(team=team), make_ticket(team=team)
    claim_ticket(mine.pk, by=mara, at=MONDAY)
    conditions = {"all": [{"field": "assignee", "operator": "is", "value": "me"}]}
    view = save_view(name="With me", conditions=conditions, by=mara, at=MONDAY)

    page = client.get(reverse("helpdesk:queue"), {"saved": view.pk})
    beside = client.get(reverse("helpdesk:ticket", args=[other.pk]), {"saved": view.pk})

    assert [ticket.pk for ticket in page.context["page"].rows] == [mine.pk]
    assert f'href="/tickets/?saved={view.pk}" aria-current="page"' in page.content.decode()
    assert [ticket.pk for ticket in beside.context["page"].rows] == [mine.pk]


def test_a_view_somebody_else_keeps_is_not_there(client, mara, team):
    owner = make_user(Role.ADMIN, team=team)
    own = save_view(name="Own", conditions=OPEN, by=owner, at=MONDAY)
    shared = save_view(name="Shared", conditions=OPEN, by=owner, team=team, at=MONDAY)

    assert client.get(reverse("helpdesk:queue"), {"saved": own.pk}).status_code == 404
    assert client.get(reverse("helpdesk:queue"), {"saved": "9" * 40}).status_code == 404
    assert client.get(reverse("helpdesk:queue"), {"saved": shared.pk}).status_code == 200
    for view in (own, shared):
        assert client.get(reverse("helpdesk:saved_view", args=[view.pk])).status_code == 404
        address = reverse("helpdesk:delete_saved_view", args=[view.pk])
        assert client.post(address).status_code == 404
    assert SavedView.objects.count() == 2


def test_a_team_one_is_not_in_is_not_there(client, mara):
    for team in (make_team().pk, "abc", "9" * 40):
        response = keep(client, ("status", "is", "new"), team=str(team))
        assert response.status_code == 404


def test_changing_and_deleting_a_view(client, mara):
    view = save_view(name="Open", conditions=OPEN, by=mara, at=MONDAY)
    address = reverse("helpdesk:saved_view", args=[view.pk])

    assert 'value="New, Open"' in client.get(address).content.decode()
    client.post(address, {"name": "Newer", "sort": "oldest"} | rows(("status", "is", "New")))
    view.refresh_from_db()
    assert (view.name, view.sort, view.conditions["all"][0]["value"]) == ("Newer", "oldest", "new")
    client.post(reverse("helpdesk:delete_saved_view", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_a_view_of_groups_says_that_it_needs_script(client, mara):
    view = save_view(name="Groups", conditions=NESTED, by=mara, at=MONDAY)

    page = client.get(reverse("helpdesk:saved_view", args=[view.pk])).content.decode()

    assert "changing it needs JavaScript" in page


def test_opening_a_ticket_keeps_what_was_seen(client, mara, team):
    ticket = make_ticket(team=team)

    client.get(reverse("helpdesk:ticket", args=[ticket.pk]))

    look = TicketLook.objects.get()
    assert (look.user, look.ticket, look.last_event) == (mara, ticket, ticket.last_event)


def test_the_queue_costs_the_same_with_fifty_saved_views(
    client, mara, team, django_assert_max_num_queries
):
    for n in range(50):
        save_view(name=f"View {n}", conditions=OPEN, by=mara, at=MONDAY)

    with django_assert_max_num_queries(12):
        client.get(reverse("helpdesk:queue"), {"saved": SavedView.objects.first().pk})
