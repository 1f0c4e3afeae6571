"""Escalations over REST: handed up, joined, every act of the contract, lists and refusals."""

import pytest

from accounts.models import Role
from escalations.models import Escalation
from tests.escalations.contracts import WORDS, into, make_stage
from tests.escalations.making import REASON, make_escalation, make_route, make_specialist
from tests.factories import make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db

QUESTIONS = [
    {"key": "serial", "label": "Serial number"},
    {"key": "value", "label": "Value of the goods", "kind": "money", "is_required": False},
]


@pytest.fixture
def stage():
    return make_stage()


@pytest.fixture
def call(caller, stage):
    """Act on the stage's escalation; answers status and body."""

    def act(name: str, by: str, **body):
        url = f"/api/v1/escalations/{stage.escalation.pk}/{name}/"
        response = caller(stage[by]).post(url, body, format="json")
        return response.status_code, response.json()

    return act


def test_the_routes_a_ticket_could_go_up_by(caller, ticket, agent):
    route = make_route("Electrical safety", questions=QUESTIONS)

    answer = caller(agent).get(f"/api/v1/tickets/{ticket.pk}/escalate/").json()

    assert answer["running"] is None
    assert [(way["id"], way["name"], way["version"]) for way in answer["routes"]] == [
        (route.pk, "Electrical safety", 1)
    ]
    assert [(q["key"], q["kind"], q["is_required"]) for q in answer["routes"][0]["questions"]] == [
        ("serial", "text", True),
        ("value", "money", False),
    ]


def test_a_case_is_handed_up_and_the_second_call_joins(do, agent):
    body = {
        "route": make_route(questions=QUESTIONS).pk,
        "reason": REASON,
        "facts": {"serial": "KN-2611", "value": {"amount": "129.90", "currency": "EUR"}},
    }

    status, first = do("escalate", body)
    _, second = do("escalate", body)

    assert (status, first["is_new"], second["is_new"]) == (200, True, False)
    assert first["escalation"]["id"] == second["escalation"]["id"]
    assert first["escalation"]["first_agent"]["id"] == agent.pk
    assert [(one["key"], one["value"]) for one in first["escalation"]["facts"]] == [
        ("serial", "KN-2611"),
        ("value", {"minor": 12990, "currency": "EUR"}),
    ]


def test_missing_and_impossible_facts_are_named(do):
    body = {"route": make_route(questions=QUESTIONS).pk, "reason": REASON, "facts": {"value": 3}}

    status, problem = do("escalate", body)

    assert status == 400
    assert {(one["field"], one["code"]) for one in problem["errors"]} == {
        ("facts.serial", "fact_missing"),
        ("facts.value", "not_an_object"),
    }
    assert not Escalation.objects.exists()


def test_facts_that_are_no_object_are_refused(do):
    body = {"route": make_route().pk, "reason": REASON, "facts": ["serial"]}

    assert do("escalate", body)[0] == 400


def test_a_whole_contract_over_rest(call):
    assert call("accept", "specialist")[1]["state"] == "accepted"
    assert call("send-back", "specialist", reason=WORDS, missing="A photo.")[1]["returns"] == 1
    assert call("resubmit", "first_agent", reason=WORDS)[1]["state"] == "waiting"
    assert call("send-back", "member", reason=WORDS)[1]["state"] == "for_decision"
    assert call("decide", "first_lead", decision="insist", reason=WORDS)[1]["is_binding"]
    assert call("accept", "member")[1]["acts"] == ["complete", "hand_over"]

    status, done = call("complete", "member", resolution=WORDS, outcome="partly", give_back=True)

    assert (status, done["state"], done["outcome"], done["acts"]) == (
        200, "completed", "partly", [],
    )  # fmt: skip
    assert [step["act"] for step in done["steps"]] == [
        "escalated", "accepted", "sent_back", "resubmitted", "sent_back", "decided", "accepted",
        "completed",
    ]  # fmt: skip


def test_handing_over_and_withdrawing(call, stage):
    call("accept", "specialist")

    _, given = call("hand-over", "specialist", to=stage["member"].pk, reason=WORDS)
    status, problem = call("withdraw", "first_agent", reason=WORDS)

    assert given["specialist"]["id"] == stage["member"].pk
    assert (status, problem["code"]) == (409, "escalation_not_possible"), "It was accepted."


@pytest.mark.parametrize(
    ("state", "act", "by", "body", "code"),
    [
        ("accepted", "accept", "member", {}, "already_accepted"),
        ("completed", "accept", "member", {}, "already_accepted"),
        ("withdrawn", "accept", "member", {}, "escalation_not_possible"),
        ("waiting", "complete", "lead", {"resolution": WORDS}, "escalation_not_possible"),
        ("waiting", "send-back", "member", {"reason": "short"}, "words_needed"),
        ("for_decision", "resubmit", "first_agent", {"reason": WORDS}, "escalation_not_possible"),
    ],
)
def test_what_the_rules_refuse_is_a_conflict(call, stage, state, act, by, body, code):
    into(stage, state)

    status, problem = call(act, by, **body)

    assert (status, problem["code"]) == (409, code)


def test_who_sees_it_not_is_told_it_is_not_there(call):
    assert call("accept", "other_specialist")[0] == 404


def test_who_sees_it_may_not_do_everything(call):
    assert call("accept", "colleague")[0] == 403


def test_lists_are_narrowed(caller, stage):
    mine = make_escalation(route=stage.escalation.version.route, by=stage["colleague"])
    into(stage, "accepted")
    client = caller(stage["specialist"])

    def listed(query):
        rows = client.get(f"/api/v1/escalations/?{query}").json()["results"]
        return [row["id"] for row in rows]

    assert listed("") == [mine.pk, stage.escalation.pk]
    assert listed("state=accepted") == listed("mine=true") == [stage.escalation.pk]
    assert listed("state=waiting&state=accepted") == [mine.pk, stage.escalation.pk]
    assert listed(f"team={stage.tier.pk}&state=waiting") == [mine.pk]
    assert listed(f"specialist={stage['specialist'].pk}") == [stage.escalation.pk]
    assert listed(f"ticket={mine.ticket_id}") == [mine.pk]
    assert client.get("/api/v1/escalations/?colour=red").status_code == 400


def test_the_first_agent_sees_it_in_every_state(caller, stage):
    url = f"/api/v1/escalations/{stage.escalation.pk}/"

    for act, by in [("accept", "specialist"), ("complete", "specialist")]:
        stage.act(act, by)
        shown = caller(stage["first_agent"]).get(url).json()

    assert (shown["state"], shown["resolution"]) == ("completed", WORDS)


def test_who_could_take_it_and_why(caller, stage):
    url = f"/api/v1/escalations/{stage.escalation.pk}/candidates/"

    rows = caller(stage["lead"]).get(url).json()

    assert [row["person"]["id"] for row in rows] == [
        stage[name].pk for name in ("member", "specialist", "lead")
    ]
    assert rows[0]["reasons"] == ["at work now", "0 open cases", "has had no case yet"]


def test_pulling_gives_the_next_case_or_says_that_there_is_none(caller):
    team = make_team(level=2)
    person = make_specialist(team)
    found = make_escalation(make_ticket(), route=make_route(team=team))

    taken = caller(person).post("/api/v1/escalations/pull-next/")
    nothing = caller(person).post("/api/v1/escalations/pull-next/")
    refused = caller(make_user(Role.AGENT)).post("/api/v1/escalations/pull-next/")

    assert (taken.status_code, taken.json()["id"]) == (200, found.pk)
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_pull")
    assert refused.status_code == 403


@pytest.mark.parametrize("count", [1, 5])
def test_a_list_costs_the_same_at_any_length(caller, stage, count, django_assert_max_num_queries):
    for _ in range(count):
        make_escalation(route=stage.escalation.version.route, by=stage["colleague"])
    client = caller(stage["lead"])

    with django_assert_max_num_queries(6):
        assert len(client.get("/api/v1/escalations/").json()["results"]) == count + 1
