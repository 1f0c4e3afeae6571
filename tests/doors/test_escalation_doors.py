"""Every act on an escalation has two doors, and both obey one rule and refuse in one sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

import pytest

from escalations.models import EscalationState
from tests.escalations.contracts import WORDS, Stage, into, make_stage
from tests.escalations.making import make_route

pytestmark = pytest.mark.django_db

TOO_LITTLE = "No."


@dataclass(frozen=True)
class DoorCase:
    """An act: its address, from where and by whom it is done, what is said, what it leaves.

    ``words`` is the field of the reason, ``not_from`` a state in which it is refused to ``never``.
    """

    verb: str
    start: str
    by: str
    leaves: str
    not_from: str
    name: str = ""
    never: str = "manager"
    words: str = "reason"
    said: Callable[[Stage], dict] = lambda stage: {}

    def body(self, stage: Stage) -> dict:
        return ({self.words: WORDS} if self.words else {}) | self.said(stage)


CASES = [
    DoorCase("accept", "waiting", "member", "accepted", "accepted", words=""),
    DoorCase("send-back", "accepted", "specialist", "sent_back", "sent_back"),
    DoorCase("resubmit", "sent_back", "first_agent", "resubmitted", "accepted"),
    DoorCase(
        "decide", "for_decision", "lead", "decided", "waiting", "insist",
        said=lambda stage: {"decision": "insist"},
    ),
    DoorCase(
        "decide", "for_decision", "first_lead", "decided", "accepted", "keep",
        said=lambda stage: {"decision": "keep"},
    ),
    DoorCase(
        "hand-over", "accepted", "specialist", "handed_over", "waiting",
        said=lambda stage: {"to": stage["other_specialist"].pk},
    ),
    DoorCase("withdraw", "waiting", "first_agent", "withdrawn", "accepted"),
    DoorCase("complete", "accepted", "specialist", "completed", "waiting", words="resolution"),
]  # fmt: skip
DOORS = ["page", "rest"]
every_act = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name or case.verb)
both_doors = pytest.mark.parametrize("door", DOORS)


def knock(client, door: str, case: DoorCase, stage: Stage, by: str, **said):
    client.force_login(stage[by])
    body = case.body(stage) | said
    if door == "page":
        return client.post(f"/escalations/{stage.escalation.pk}/{case.verb}/", body)
    address = f"/api/v1/escalations/{stage.escalation.pk}/{case.verb}/"
    return client.post(address, body, content_type="application/json")


def steps(stage: Stage) -> list[str]:
    return list(stage.escalation.steps.order_by("pk").values_list("act", flat=True))


def refused_alike(client, case: DoorCase, stage: Stage, by: str, **said) -> str:
    """Knock at both doors; returns the code, after the page has said REST's sentence."""
    before = steps(stage)
    rest = knock(client, "rest", case, stage, by, **said)
    page = knock(client, "page", case, stage, by, **said)
    assert (rest.status_code, page.status_code) == (409, 422), (rest.content, page.status_code)
    assert rest.json()["detail"] in unescape(page.content.decode())
    assert steps(stage) == before
    return rest.json()["code"]


@both_doors
@every_act
def test_whoever_may_acts_by_either_door(client, door, case):
    stage = into(make_stage(), case.start)

    answer = knock(client, door, case, stage, case.by)

    assert answer.status_code == (200 if door == "rest" else 302), answer.content[:500]
    assert steps(stage)[-1] == case.leaves


@both_doors
@every_act
def test_whoever_sees_the_case_and_has_no_part_in_it_may_not(client, door, case):
    stage = into(make_stage(), case.start)
    before = steps(stage)

    answer = knock(client, door, case, stage, "compliance")

    assert (answer.status_code, steps(stage)) == (403, before)


@both_doors
@every_act
def test_for_whoever_does_not_see_the_case_there_is_none(client, door, case):
    stage = into(make_stage(), case.start)
    before = steps(stage)

    answer = knock(client, door, case, stage, "other_agent")

    assert (answer.status_code, steps(stage)) == (404, before)


@both_doors
@every_act
def test_nobody_acts_without_signing_in(client, door, case):
    stage = into(make_stage(), case.start)
    before = steps(stage)
    root = "/escalations" if door == "page" else "/api/v1/escalations"

    answer = client.post(f"{root}/{stage.escalation.pk}/{case.verb}/", case.body(stage))

    assert answer.status_code in (302, 401, 403)
    assert steps(stage) == before


@every_act
def test_what_cannot_be_done_now_is_refused_alike(client, case):
    stage = into(make_stage(), case.not_from)

    code = refused_alike(client, case, stage, case.never)

    assert code == ("already_accepted" if case.verb == "accept" else "escalation_not_possible")


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.words], ids=lambda case: case.name or case.verb
)
def test_an_act_without_its_words_is_refused_alike(client, case):
    stage = into(make_stage(), case.start)

    assert refused_alike(client, case, stage, case.by, **{case.words: TOO_LITTLE}) == "words_needed"


def test_what_a_lead_has_decided_is_not_sent_back_by_either_door(client):
    stage = into(make_stage(), EscalationState.FOR_DECISION)
    stage.act("insist", "lead")

    assert refused_alike(client, CASES[1], stage, "member") == "escalation_is_binding"


@both_doors
def test_whoever_cannot_take_over_is_not_chosen_by_either_door(client, door):
    stage = into(make_stage(), EscalationState.ACCEPTED)
    case = next(case for case in CASES if case.verb == "hand-over")

    answer = knock(client, door, case, stage, "specialist", to=stage["agent_in_tier"].pk)

    assert answer.status_code == (409 if door == "rest" else 422)
    assert stage.now().specialist == stage["specialist"]


@both_doors
@pytest.mark.parametrize(
    "said", [{"decision": "maybe"}, {"decision": ""}, {"reason": "a\x00b" * 20}], ids=str
)
def test_what_cannot_be_read_is_refused_by_either_door(client, door, said):
    stage = into(make_stage(), EscalationState.FOR_DECISION)
    before = steps(stage)

    answer = knock(client, door, CASES[3], stage, "lead", **said)

    assert answer.status_code == (400 if door == "rest" else 422)
    assert steps(stage) == before


# Handing up, where the doors are the ticket's


def hand_up(client, door: str, stage: Stage, by: str, *, route, facts: dict, reason: str = WORDS):
    client.force_login(stage[by])
    number, body = stage.escalation.ticket_id, {"route": route.pk, "reason": reason}
    if door == "rest":
        body |= {"facts": facts}
        address = f"/api/v1/tickets/{number}/escalate/"
        return client.post(address, body, content_type="application/json")
    body |= {f"route{route.pk}-{key}": value for key, value in facts.items()}
    return client.post(f"/tickets/{number}/escalate/", body)


@pytest.fixture
def free():
    """A ticket at the front line whose escalation is over."""
    return into(make_stage(), EscalationState.WITHDRAWN)


@pytest.fixture
def route():
    return make_route(questions=[{"key": "serial", "label": "Serial number"}])


@both_doors
def test_a_ticket_is_handed_up_by_either_door(client, door, free, route):
    answer = hand_up(client, door, free, "first_agent", route=route, facts={"serial": "KN-2611"})

    assert answer.status_code == (200 if door == "rest" else 302), answer.content[:500]
    found = free.escalation.ticket.escalations.last()
    assert (found.state, found.facts) == ("waiting", {"serial": "KN-2611"})


@both_doors
def test_a_missing_fact_is_named_by_either_door(client, door, free, route):
    answer = hand_up(client, door, free, "first_agent", route=route, facts={})

    if door == "rest":
        assert answer.status_code == 400
        assert [one["field"] for one in answer.json()["errors"]] == ["facts.serial"]
        sentence = answer.json()["errors"][0]["detail"]
    else:
        assert answer.status_code == 422
        sentence = "Serial number"
    assert sentence in unescape(answer.content.decode())
    assert free.escalation.ticket.escalations.count() == 1


@both_doors
def test_a_second_escalation_joins_by_either_door(client, door, route):
    stage = make_stage()

    answer = hand_up(client, door, stage, "manager", route=route, facts={})

    assert answer.status_code == (200 if door == "rest" else 302)
    assert steps(stage) == ["escalated", "joined"]


def test_whoever_joins_is_asked_for_a_reason_and_nothing_else(client):
    stage = make_stage()
    client.force_login(stage["first_agent"])
    address = f"/tickets/{stage.escalation.ticket_id}/escalate/"

    page = client.get(address).content.decode()
    route = stage.escalation.version.route_id
    joined = client.post(address, {"route": route, "reason": WORDS})

    assert f'type="hidden" name="route" value="{route}"' in page and "Which way up?" not in page
    assert (joined.status_code, steps(stage)) == (302, ["escalated", "joined"])


def test_what_cannot_go_up_is_refused_alike(client, free, route):
    said = {"route": route, "facts": {"serial": "1"}, "reason": TOO_LITTLE}
    rest = hand_up(client, "rest", free, "first_agent", **said)
    page = hand_up(client, "page", free, "first_agent", **said)

    assert (rest.status_code, rest.json()["code"], page.status_code) == (409, "words_needed", 422)
    assert rest.json()["detail"] in unescape(page.content.decode())


@both_doors
def test_a_ticket_out_of_sight_is_handed_up_by_neither_door(client, door, free, route):
    answer = hand_up(client, door, free, "other_agent", route=route, facts={"serial": "1"})

    assert answer.status_code == 404
