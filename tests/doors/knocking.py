"""Every act on a ticket, as it is asked for at the page and at REST."""

from collections.abc import Callable
from dataclasses import dataclass, field

from helpdesk.models import Category, Priority, ProductLine, Ticket
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.lifecycle import solve_ticket
from helpdesk.services.linking import follow_ticket
from helpdesk.services.merging import merge_ticket
from helpdesk.services.triage import add_tag
from tests.factories import MONDAY, make_team, make_ticket, make_user


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


def knock(client, door: str, case: DoorCase, world: World, user, number: int | None = None):
    client.force_login(user)
    number = number or world.ticket.pk
    if door == "page":
        return client.post(f"/tickets/{number}/{case.page}/", case.form(world))
    address = f"/api/v1/tickets/{number}/{case.rest}/"
    return client.post(address, case.body(world), content_type="application/json")


def kinds(ticket) -> list[str]:
    return [entry.kind for entry in ticket.timeline.in_order()]
