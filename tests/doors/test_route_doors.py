"""Escalation routes and their suggestions over REST: every refusal at its field."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, Skill
from escalations.models import EscalationRoute, RouteSuggestion
from escalations.services.accepting import accept
from escalations.services.deciding import dismiss
from escalations.services.escalating import escalate
from escalations.services.suggesting import evaluate
from helpdesk.models import Category
from helpdesk.services.triage import change_financial_impact
from marketplaces.money import Money
from tests.api.conftest import caller  # noqa: F401
from tests.escalations.cases import condition, euros
from tests.escalations.making import make_route, make_specialist
from tests.factories import MONDAY, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db

ROUTES = "/api/v1/escalation-routes/"
OVER_250 = {"all": [condition("amount", "at_least", euros("250.00"))]}


@pytest.fixture
def boss(caller):  # noqa: F811
    return caller(make_user(Role.MANAGER, full_name="Mara Lindqvist"))


def errors(response) -> dict[str, str]:
    assert response.status_code == 400, response.content
    return {entry["field"]: entry["code"] for entry in response.json()["errors"]}


def a_claim(minor: int = 31_200, **said):
    ticket = make_ticket(team=make_team(), **said)
    change_financial_impact(ticket.pk, impact=Money(minor, "EUR"), by=make_user(), at=MONDAY)
    return ticket


def route(**said) -> dict:
    return {"name": "Claim risk", "team": make_team(level=2).pk, "criteria": OVER_250} | said


def test_a_route_is_made_changed_moved_and_its_versions_told(boss):
    Category.objects.create(slug="claim", name="Claim")
    skill = Skill.objects.create(name="Claims")
    questions = [{"key": "claim", "label": "Which claim?", "source": "order"}]
    made = boss.post(ROUTES, route(priority="high", skill=skill.pk, questions=questions))
    assert made.status_code == 201, made.content
    key, now = made.json()["id"], made.json()["current"]
    assert (now["mode"], now["priority"], now["criteria"]) == ("suggest", "high", OVER_250)
    assert now["questions"][0]["source"] == "order"

    in_claims = {"any": [condition("category", "in", ["claim"])]}
    changed = boss.post(f"{ROUTES}{key}/change/", {"criteria": in_claims, "seen": 1})
    assert changed.status_code == 200, changed.content
    assert changed.json()["current"]["criteria"] == in_claims
    stale = boss.post(f"{ROUTES}{key}/change/", {"mode": "by_hand", "seen": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "changed_meanwhile")

    make_route("Second")
    assert boss.post(f"{ROUTES}{key}/move/", {"position": 2}).json()["position"] == 2
    assert boss.post(f"{ROUTES}{key}/deactivate/", {}).json()["is_active"] is False
    assert boss.post(f"{ROUTES}{key}/activate/", {}).json()["is_active"] is True
    versions = boss.get(f"{ROUTES}{key}/versions/").json()["results"]
    assert [each["number"] for each in versions] == [5, 4, 3, 2, 1]
    assert versions[0]["created_by"]["full_name"] == "Mara Lindqvist"
    assert [each["name"] for each in boss.get(ROUTES).json()["results"]] == ["Second", "Claim risk"]


@pytest.mark.parametrize(
    ("wrong", "path", "code"),
    [
        ({"criteria": {"all": []}}, "criteria.all", "list_not_possible"),
        (
            {"criteria": {"all": [condition("category", "in", ["nothing"])]}},
            "criteria.all.0.value.0",
            "unknown_value",
        ),
        ({"criteria": {}, "mode": "at_once"}, "criteria", "criteria_needed"),
        ({"questions": [{"key": "1", "label": "x"}]}, "questions.0.key", "key_not_possible"),
        (
            {"questions": [{"key": "x", "label": "x", "source": "amount"}]},
            "questions.0.source",
            "unknown_value",
        ),
        ({"team": 10**9}, "team", "does_not_exist"),
        ({"mode": "never"}, "mode", "invalid_choice"),
        ({"accept_after": -1}, "accept_after", "min_value"),
        ({"colour": "red"}, "colour", "unknown_field"),
    ],
)
def test_what_is_not_possible_is_refused_by_its_name(boss, wrong, path, code):
    assert errors(boss.post(ROUTES, route() | wrong)) == {path: code}
    assert not EscalationRoute.objects.exists()


def test_the_rules_refuse_with_a_conflict_that_says_what_is_possible(boss):
    make_route("Claim risk")

    taken = boss.post(ROUTES, route(name="claim RISK"))
    assert (taken.status_code, taken.json()["code"]) == (409, "name_is_taken")
    to_front = boss.post(ROUTES, route(name="Other", team=make_team().pk))
    assert (to_front.status_code, to_front.json()["code"]) == (409, "value_not_possible")


@pytest.mark.parametrize(
    ("role", "reads", "figures", "writes"),
    [("agent", 200, 403, 403), ("team_lead", 200, 200, 403), ("compliance", 200, 200, 403),
     ("manager", 200, 200, 201)],
)  # fmt: skip
def test_everybody_reads_routes_leads_their_figures_and_managers_write(
    caller, role, reads, figures, writes  # noqa: F811
):  # fmt: skip
    somebody, body = caller(make_user(role)), route()

    assert somebody.get(ROUTES).status_code == reads
    assert somebody.get(f"{ROUTES}fields/").status_code == reads
    assert somebody.get(f"{ROUTES}feedback/").status_code == figures
    preview = somebody.post(f"{ROUTES}preview/", {"criteria": OVER_250})
    assert preview.status_code == figures
    assert somebody.post(ROUTES, body).status_code == writes


def test_the_builder_is_offered_every_field_with_its_choices(boss):
    Category.objects.create(slug="claim", name="Claim")
    fields = {each["field"]: each for each in boss.get(f"{ROUTES}fields/").json()}

    assert fields["category"]["choices"] == [{"value": "claim", "label": "Claim"}]
    assert [each["value"] for each in fields["systemic"]["choices"]] == [True, False]
    assert {each["operator"] for each in fields["clock"]["operators"]} == {
        "near", "late", "breached",
    }  # fmt: skip
    assert "inquiry" not in {each["value"] for each in fields["clock"]["choices"]}


def test_a_preview_counts_what_is_open_and_what_was_lately_and_says_why(boss):
    a_claim(5_000)
    claim = a_claim(subject="An A-to-z claim")

    shown = boss.post(f"{ROUTES}preview/", {"criteria": OVER_250}).json()

    assert shown["open"] == {"count": 1, "looked_at": 1, "is_more": False}
    (ticket,) = shown["tickets"]
    assert (ticket["ticket"], ticket["subject"]) == (claim.pk, "An A-to-z claim")
    assert ticket["because"][0]["words"] == "Money at stake at least €250.00: €312.00"
    refused = boss.post(f"{ROUTES}preview/", {"criteria": {"all": [{"field": "x"}]}})
    assert errors(refused) == {"criteria.all.0.field": "unknown_value"}


@pytest.mark.parametrize("count", [1, 50])
def test_a_preview_costs_the_same_for_one_ticket_and_for_fifty(boss, count):
    for _ in range(count):
        make_ticket()
    words = {"all": [condition("words", "contains_any", ["cracked"])]}

    with CaptureQueriesContext(connection) as queries:
        shown = boss.post(f"{ROUTES}preview/", {"criteria": words}).json()

    assert (shown["open"]["count"], len(shown["tickets"])) == (count, min(count, 20))
    assert len(queries) <= 12


def test_suggestions_are_listed_and_dismissed_by_whoever_sees_the_ticket(caller):  # noqa: F811
    team = make_team()
    agent, stranger = make_user(team=team), make_user(team=make_team())
    make_route("Claim risk", criteria=OVER_250)
    ticket = make_ticket(team=team)
    change_financial_impact(ticket.pk, impact=Money(31_200, "EUR"), by=agent, at=MONDAY)
    evaluate(ticket.pk, at=MONDAY)
    address = f"/api/v1/tickets/{ticket.pk}/suggestions/"

    (shown,) = caller(agent).get(address).json()["results"]
    assert (shown["route"]["name"], shown["state"]) == ("Claim risk", "open")
    act = f"{address}{shown['id']}/dismiss/"
    assert caller(stranger).get(address).status_code == 404
    assert caller(stranger).post(act, {}).status_code == 404
    done = caller(agent).post(act, {"reason": "A typing error"})
    assert (done.status_code, done.json()["state"]) == (200, "dismissed")
    assert done.json()["decided_by"]["id"] == agent.pk
    again = caller(agent).post(act, {})
    assert (again.status_code, again.json()["code"]) == (409, "suggestion_is_over")
    assert errors(caller(agent).post(act, {"reason": "x" * 251})) == {"reason": "max_length"}


def test_feedback_says_what_became_of_each_route_and_each_criterion(boss):
    tier = make_team(level=2)
    used, unused = make_route("Used", team=tier, criteria=OVER_250), make_route("Unused")
    agent, specialist = make_user(Role.MANAGER), make_specialist(tier)
    for i in range(3):
        ticket = a_claim()
        evaluate(ticket.pk, at=MONDAY)
        if i == 0:
            dismiss(RouteSuggestion.objects.get(ticket=ticket).pk, by=agent, at=MONDAY)
            continue
        up = escalate(ticket.pk, route_id=used.pk, reason="The claim is large.",
                      by=agent, at=MONDAY).escalation  # fmt: skip
        accept(up.pk, by=specialist, at=MONDAY + timedelta(hours=i))

    shown = {each["route"]["name"]: each for each in boss.get(f"{ROUTES}feedback/?days=700").json()}

    figures = {"suggested": 3, "taken": 2, "dismissed": 1, "escalations": 2, "accepted": 2,
               "returned": 0, "median_seconds_to_accept": 5400}  # fmt: skip
    assert figures.items() <= shown["Used"].items()
    (criterion,) = shown["Used"]["criteria"]
    assert criterion["condition"] == OVER_250["all"][0]
    assert figures.items() <= criterion.items()
    assert shown[unused.name]["suggested"] == 0
    assert errors(boss.get(f"{ROUTES}feedback/?days=0")) == {"days": "min_value"}
