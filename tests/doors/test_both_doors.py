"""Every act has two doors, and both obey one rule: who may, what is seen, what is refused."""

import pytest

from accounts.models import Role
from tests.doors.knocking import CASES, World, kinds, knock
from tests.factories import make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db
DOORS = ["page", "rest"]
every_act = pytest.mark.parametrize("case", CASES, ids=lambda case: case.page)
both_doors = pytest.mark.parametrize("door", DOORS)


@both_doors
@every_act
def test_an_agent_of_the_team_acts_by_either_door(client, door, case):
    world = World()
    case.before(world)

    answer = knock(client, door, case, world, world.agent)

    assert answer.status_code in ((200, 201) if door == "rest" else (302,)), answer.content[:500]
    assert case.leaves in kinds(world.ticket)


@both_doors
@every_act
def test_what_a_role_may_not_do_neither_door_lets_it_do(client, door, case):
    world = World()
    case.before(world)
    before = kinds(world.ticket)

    answer = knock(client, door, case, world, make_user(Role.COMPLIANCE))

    if case.compliance_may:
        assert answer.status_code < 400
    elif case.page != "unfollow":
        assert answer.status_code == 403
        assert kinds(world.ticket) == before


@both_doors
@every_act
def test_a_ticket_of_another_team_is_not_there_by_either_door(client, door, case):
    world = World()
    case.before(world)
    before = kinds(world.ticket)

    answer = knock(client, door, case, world, make_user(team=make_team()))

    assert answer.status_code == 404
    assert kinds(world.ticket) == before


@both_doors
@every_act
def test_nobody_acts_without_signing_in(client, door, case):
    world = World()
    case.before(world)
    before = kinds(world.ticket)
    address = (
        f"/tickets/{world.ticket.pk}/{case.page}/"
        if door == "page"
        else f"/api/v1/tickets/{world.ticket.pk}/{case.rest}/"
    )

    answer = client.post(address, {})

    assert answer.status_code in (302, 401, 403)
    assert kinds(world.ticket) == before


@both_doors
@pytest.mark.parametrize(
    ("case", "code"),
    [
        (next(c for c in CASES if c.page == "claim"), "already_claimed"),
        (next(c for c in CASES if c.page == "solve"), "status_not_possible"),
        (next(c for c in CASES if c.page == "priority"), "nothing_changed"),
        (next(c for c in CASES if c.page == "tag"), "tag_refused"),
    ],
    ids=lambda value: getattr(value, "page", value),
)
def test_the_second_time_is_refused_with_the_same_words_by_either_door(client, door, case, code):
    world = World()
    knock(client, "rest", case, world, world.agent)
    before = kinds(world.ticket)

    refusal = knock(client, "rest", case, world, world.agent).json()
    client.force_login(world.agent)
    page = client.post(
        f"/tickets/{world.ticket.pk}/{case.page}/", case.form(world), headers={"HX-Request": "true"}
    )

    assert refusal["code"] == code
    assert page.status_code == 422
    assert refusal["detail"].split("“")[0].encode() in page.content
    assert kinds(world.ticket) == before


@both_doors
@pytest.mark.parametrize("act", ["merge", "link"])
def test_a_ticket_one_may_not_see_cannot_be_named_either(client, door, act):
    world = World()
    world.other = make_ticket(team=make_team())
    case = next(c for c in CASES if c.page == act)
    before = kinds(world.ticket)

    answer = knock(client, door, case, world, world.agent)

    assert answer.status_code in ((400,) if door == "rest" else (302, 422))
    assert kinds(world.ticket) == before
    assert kinds(world.other) == ["ticket.opened"]


@both_doors
def test_a_stale_reply_is_refused_by_either_door_and_the_text_is_not_lost(client, door):
    world = World()
    seen = world.ticket.last_event
    case = next(c for c in CASES if c.page == "reply")
    knock(client, "rest", CASES[1], world, make_user(Role.MANAGER))
    world.ticket.last_event = seen

    answer = knock(client, door, case, world, world.agent)

    assert "message.reply" not in kinds(world.ticket)
    if door == "rest":
        assert (answer.status_code, answer.json()["code"]) == (409, "something_was_missed")
        assert answer.json()["missed"][0]["kind"] == "message.note"
    else:
        assert answer.status_code == 422
        assert b"On its way" in answer.content
        assert b"Lot 2611" in answer.content


NASTY = {
    "null byte": "a\x00b",
    "over-long": "x" * 200_000,
    "wrong type": ["a", {"b": 1}],
    "huge number": str(10**30),
    "lone surrogate": "\ud800",
}


@both_doors
@every_act
@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
def test_nothing_that_is_sent_breaks_either_door(client, door, case, nasty):
    world = World()
    case.before(world)
    client.force_login(world.agent)
    before = kinds(world.ticket)
    fields = (case.form if door == "page" else case.body)(world) or {"text": ""}
    client.raise_request_exception = True

    for name in fields:
        sent = fields | {name: nasty}
        if door == "page":
            form = {k: str(v).encode("utf-8", "replace").decode() for k, v in sent.items()}
            answer = client.post(f"/tickets/{world.ticket.pk}/{case.page}/", form)
        else:
            address = f"/api/v1/tickets/{world.ticket.pk}/{case.rest}/"
            answer = client.post(address, sent, content_type="application/json")
        assert answer.status_code < 500
        if door == "rest" and answer.status_code >= 400:
            assert answer.json()["code"]
            assert answer.json()["errors"][0]["field"]
    if door == "rest" and nasty != NASTY["huge number"]:
        assert kinds(world.ticket) == before
