"""Every act has two doors, and both obey one rule: who may, what is seen, what is refused."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from accounts.models import Role
from helpdesk.models import Category, Priority, ProductLine, Ticket
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.lifecycle import solve_ticket
from helpdesk.services.linking import follow_ticket
from helpdesk.services.merging import merge_ticket
from helpdesk.services.triage import add_tag
from tests.factories import MONDAY, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db


@dataclass
class World:
    """A ticket of a team, one of its agents, and what acts may name."""

    agent: object = None
    ticket: Ticket = None
    other: Ticket = None
    category: Category = field(default_factory=lambda: Category.objects.create(slug="d", name="D"))
    line: ProductLine = field(
        default_factory=lambda: ProductLine.objects.create(slug="k", name="K")
    )

    def __post_init__(self):
        team = make_team()
        self.agent = make_user(team=team)
        self.ticket, self.other = make_ticket(team=team), make_ticket(team=team)
        self.elsewhere = make_team()


@dataclass(frozen=True)
class DoorCase:
    """One act: where each door is, what it takes, and what must stand in the timeline then."""

    page: str
    rest: str
    leaves: str
    form: Callable[[World], dict] = lambda world: {}
    body: Callable[[World], dict] = lambda world: {}
    before: Callable[[World], object] = lambda world: None
    compliance_may: bool = False


def _solve(world):
    solve_ticket(world.ticket.pk, by=world.agent, at=MONDAY)


def _merge(world):
    merge_ticket(world.ticket.pk, into=world.other.pk, by=world.agent, at=MONDAY)


def _tag(world):
    add_tag(world.ticket.pk, name="lot 2611", by=world.agent, at=MONDAY)


def _follow(world):
    follow_ticket(world.ticket.pk, by=world.agent, at=MONDAY)


CASES = [
    DoorCase(
        "reply",
        "reply",
        "message.reply",
        form=lambda w: {"text": "On its way", "seen": w.ticket.last_event},
        body=lambda w: {"text": "On its way", "last_seen_event": w.ticket.last_event},
    ),
    DoorCase(
        "note",
        "note",
        "message.note",
        form=lambda w: {"text": "Lot 2611"},
        body=lambda w: {"text": "Lot 2611"},
        compliance_may=True,
    ),
    DoorCase("claim", "claim", "ticket.claimed"),
    DoorCase(
        "assign",
        "assign",
        "ticket.assigned",
        form=lambda w: {"to": str(w.agent.pk)},
        body=lambda w: {"assignee": w.agent.pk},
    ),
    DoorCase(
        "team",
        "move",
        "ticket.team",
        form=lambda w: {"team": w.elsewhere.pk},
        body=lambda w: {"team": w.elsewhere.pk},
        before=lambda w: assign_ticket(w.ticket.pk, assignee=w.agent, by=w.agent, at=MONDAY),
    ),
    DoorCase(
        "status",
        "change-status",
        "ticket.status",
        form=lambda w: {"status": "pending"},
        body=lambda w: {"status": "pending"},
    ),
    DoorCase("solve", "solve", "ticket.solved"),
    DoorCase("reopen", "reopen", "ticket.reopened", before=_solve),
    DoorCase(
        "priority",
        "change-priority",
        "ticket.priority",
        form=lambda w: {"priority": Priority.URGENT},
        body=lambda w: {"priority": "urgent"},
    ),
    DoorCase(
        "severity",
        "change-severity",
        "ticket.severity",
        form=lambda w: {"severity": 3},
        body=lambda w: {"severity": "major"},
    ),
    DoorCase(
        "category",
        "change-category",
        "ticket.category",
        form=lambda w: {"category": w.category.pk},
        body=lambda w: {"category": "d"},
    ),
    DoorCase(
        "product-line",
        "change-product-line",
        "ticket.product_line",
        form=lambda w: {"product_line": w.line.pk},
        body=lambda w: {"product_line": "k"},
    ),
    DoorCase(
        "subject",
        "change-subject",
        "ticket.subject",
        form=lambda w: {"subject": "Cracked tank"},
        body=lambda w: {"subject": "Cracked tank"},
    ),
    DoorCase(
        "impact",
        "change-financial-impact",
        "ticket.impact",
        form=lambda w: {"amount": "150.70", "currency": "USD"},
        body=lambda w: {"financial_impact": {"amount": "150.70", "currency": "USD"}},
    ),
    DoorCase(
        "tag",
        "tag",
        "ticket.tagged",
        form=lambda w: {"tag": "Lot 2611"},
        body=lambda w: {"tag": "Lot 2611"},
        compliance_may=True,
    ),
    DoorCase(
        "untag",
        "untag",
        "ticket.untagged",
        form=lambda w: {"tag": "lot 2611"},
        body=lambda w: {"tag": "lot 2611"},
        before=_tag,
        compliance_may=True,
    ),
    DoorCase("follow", "follow", "ticket.followed", compliance_may=True),
    DoorCase("unfollow", "unfollow", "ticket.unfollowed", before=_follow),
    DoorCase(
        "link",
        "link",
        "ticket.linked",
        form=lambda w: {"to": w.other.pk},
        body=lambda w: {"to": w.other.pk},
        compliance_may=True,
    ),
    DoorCase(
        "merge",
        "merge",
        "ticket.merged",
        form=lambda w: {"into": w.other.pk},
        body=lambda w: {"into": w.other.pk},
    ),
    DoorCase("unmerge", "unmerge", "ticket.unmerged", before=_merge),
    DoorCase(
        "split",
        "split",
        "ticket.split",
        form=lambda w: {"message_id": w.ticket.messages.get().pk, "subject": "Loud"},
        body=lambda w: {"message": w.ticket.messages.get().pk, "subject": "Loud"},
        compliance_may=True,
    ),
]
DOORS = ["page", "rest"]
every_act = pytest.mark.parametrize("case", CASES, ids=lambda case: case.page)
both_doors = pytest.mark.parametrize("door", DOORS)


def knock(client, door: str, case: DoorCase, world: World, user, number: int | None = None):
    client.force_login(user)
    number = number or world.ticket.pk
    if door == "page":
        return client.post(f"/tickets/{number}/{case.page}/", case.form(world))
    address = f"/api/v1/tickets/{number}/{case.rest}/"
    return client.post(address, case.body(world), content_type="application/json")


def kinds(ticket) -> list[str]:
    return [entry.kind for entry in ticket.timeline.in_order()]


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
