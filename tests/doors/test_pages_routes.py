"""Pages of escalation routes, as they work without JavaScript, and what tickets show of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from escalations.models import EscalationRoute, RouteSuggestion
from escalations.services.suggesting import evaluate
from helpdesk.services.triage import change_financial_impact
from marketplaces.money import Money
from tests.escalations.cases import condition, euros
from tests.escalations.making import make_route
from tests.factories import MONDAY, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db

OVER_250 = {"all": [condition("amount", "at_least", euros("250.00"))]}
LIST = "/escalations/routes/"


@pytest.fixture
def boss(client):
    client.force_login(make_user(Role.MANAGER), "django.contrib.auth.backends.ModelBackend")
    return client


def form(**typed) -> dict:
    """What a browser without a script sends for one condition."""
    return {
        "name": "Claim risk",
        "mode": "suggest",
        "team": str(make_team(level=2).pk),
        "criteria.joint": "all",
        "criteria.count": "1",
        "criteria.0.field": "amount",
        "criteria.0.operator": "at_least",
        "criteria.0.value": "250 EUR",
    } | typed


NESTED = {
    "criteria.count": "3",
    "criteria.1.joint": "any",
    "criteria.1.count": "2",
    "criteria.1.0.field": "contacts",
    "criteria.1.0.operator": "at_least",
    "criteria.1.0.value": "3 in 7 days",
    "criteria.1.1.field": "words",
    "criteria.1.1.operator": "contains_any",
    "criteria.1.1.value": "lawyer, data protection",
    "criteria.2.field": "systemic",
    "criteria.2.operator": "is",
    "criteria.2.value": "yes",
    "questions.count": "2",
    "questions.0.label": "How much is claimed?",
    "questions.0.kind": "money",
    "questions.0.source": "amount",
    "questions.0.is_required": "1",
    "questions.1.label": "",
}


def test_a_route_is_written_by_a_plain_form_with_groups_and_questions(boss):
    done = boss.post(f"{LIST}new/", form(**NESTED, accept_after="90", priority="3"))

    route = EscalationRoute.objects.select_related("current").get()
    assert done.status_code == 302
    now = route.current
    assert now.criteria == {
        "all": [
            OVER_250["all"][0],
            {
                "any": [
                    condition("contacts", "at_least", {"count": 3, "days": 7}),
                    condition("words", "contains_any", ["lawyer", "data protection"]),
                ]
            },
            condition("systemic", "is", True),
        ]
    }
    assert (now.accept_after, now.priority) == (5400, 3)
    (question,) = now.questions
    assert (question["key"], question["source"]) == ("how_much_is_claimed", "amount")
    page = boss.get(f"{LIST}{route.pk}/").content.decode()
    assert 'name="criteria.1.0.value" value="3 in 7 days"' in page
    versions = boss.get(f"{LIST}{route.pk}/versions/").content.decode()
    assert "Money at stake at least €250.00" in versions
    assert "Asks: How much is claimed? (an amount), answered by the money at stake" in versions


def test_what_a_script_built_is_taken_whole(boss):
    boss.post(
        f"{LIST}new/",
        form(**{"criteria.json": '{"any":[{"field":"reopened","operator":"at_least","value":2}]}'}),
    )

    now = EscalationRoute.objects.get().current
    assert now.criteria == {"any": [condition("reopened", "at_least", 2)]}


@pytest.mark.parametrize(
    "sent", ["[", "[1]", '{"all": 5}', '{"all":[{"field":1}]}', '{"a":[],"b":[]}', "null", "7"]
)
def test_nonsense_for_a_tree_is_refused_and_never_fails(boss, sent):
    answer = boss.post(f"{LIST}new/", form(**{"criteria.json": sent, "criteria.count": "0"}))

    assert answer.status_code == 422
    assert not EscalationRoute.objects.exists()


def test_a_mistake_is_told_beside_its_control_with_what_was_typed(boss):
    answer = boss.post(f"{LIST}new/", form(**NESTED | {"criteria.1.0.value": "often"}))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'name="criteria.1.0.value" value="often"' in page
    row = page[page.index('value="often"') :]
    assert "Give an object." in row[: row.index("criteria.1.1")]


def test_rows_are_added_and_taken_away_by_buttons(boss):
    more = boss.post(f"{LIST}new/", form(add="criteria")).content.decode()
    assert 'name="criteria.1.field"' in more
    grouped = boss.post(f"{LIST}new/", form(add_group="criteria")).content.decode()
    assert 'name="criteria.1.0.field"' in grouped
    less = boss.post(f"{LIST}new/", form(remove="criteria.0")).content.decode()
    assert 'name="criteria.0.field"' not in less
    asked = boss.post(f"{LIST}new/", form(add_question="1")).content.decode()
    assert 'name="questions.0.label"' in asked
    assert not EscalationRoute.objects.exists()


def test_a_form_counts_what_it_would_find(boss):
    ticket = make_ticket("An A-to-z claim")
    change_financial_impact(ticket.pk, impact=Money(31_200, "EUR"), by=make_user(), at=MONDAY)

    page = boss.post(f"{LIST}new/", form(**{"try": "1"})).content.decode()

    assert "1 open ticket matches now" in page
    assert "An A-to-z claim" in page
    assert "Money at stake at least €250.00: €312.00" in page


def test_routes_are_moved_and_taken_out_of_force(boss):
    first, second = make_route("First"), make_route("Second")

    boss.post(f"{LIST}{second.pk}/move/", {"position": "1"})
    boss.post(f"{LIST}{first.pk}/deactivate/")

    page = boss.get(LIST).content.decode()
    assert page.index("Second") < page.index("First")
    assert "out of force" in page
    refused = boss.post(f"{LIST}{first.pk}/move/", {"position": "9"})
    assert refused.status_code == 422


def test_agents_do_not_see_the_editor_and_leads_do_not_write(client):
    route = make_route("Claim risk", criteria=OVER_250)
    backend = "django.contrib.auth.backends.ModelBackend"
    client.force_login(make_user(), backend)
    assert client.get(LIST).status_code == 403
    client.force_login(make_user(Role.TEAM_LEAD), backend)
    page = client.get(f"{LIST}{route.pk}/")
    assert page.status_code == 200
    assert b"Add a condition" not in page.content.split(b"<template")[0]
    assert client.post(f"{LIST}{route.pk}/", form()).status_code == 403


def test_a_ticket_shows_what_is_suggested_and_why_and_one_can_say_no(client):
    team = make_team()
    agent = make_user(team=team)
    route = make_route("Claim risk", criteria=OVER_250)
    ticket = make_ticket(team=team)
    change_financial_impact(ticket.pk, impact=Money(31_200, "EUR"), by=agent, at=MONDAY)
    evaluate(ticket.pk, at=MONDAY)
    client.force_login(agent, "django.contrib.auth.backends.ModelBackend")

    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Suggested: <b>Claim risk</b>" in page
    assert "Money at stake at least €250.00: €312.00" in page
    assert f"/tickets/{ticket.pk}/escalate/?route={route.pk}" in page

    suggestion = RouteSuggestion.objects.get()
    done = client.post(f"/tickets/{ticket.pk}/suggestions/{suggestion.pk}/dismiss/")
    assert (done.status_code, done["Location"]) == (302, f"/tickets/{ticket.pk}/")
    after = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Suggested: <b>" not in after


def test_suggestions_of_one_ticket_cannot_be_dismissed_through_another(client):
    team = make_team()
    agent = make_user(team=team)
    make_route(criteria=OVER_250)
    ticket, mine = make_ticket(team=make_team()), make_ticket(team=team)
    change_financial_impact(ticket.pk, impact=Money(31_200, "EUR"), by=agent, at=MONDAY)
    evaluate(ticket.pk, at=MONDAY)
    client.force_login(agent, "django.contrib.auth.backends.ModelBackend")
    key = RouteSuggestion.objects.get().pk

    for number in (ticket.pk, mine.pk):
        address = f"/tickets/{number}/suggestions/{key}/dismiss/"
        assert client.post(address).status_code == 404
    assert RouteSuggestion.objects.get().state == "open"


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_of_routes_costs_the_same_for_one_and_for_twenty(boss, count):
    for n in range(count):
        make_route(f"Route no {n}", criteria=OVER_250)
    boss.get(LIST)

    with CaptureQueriesContext(connection) as queries:
        page = boss.get(LIST).content.decode()

    assert page.count("Route no ") >= count
    assert len(queries) <= 14
