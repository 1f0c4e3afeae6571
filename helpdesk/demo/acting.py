"""Every verb of a scene is one act of a service, so the demo's timeline is true."""

from collections.abc import Callable
from dataclasses import dataclass, field

from helpdesk.demo.company import Company
from helpdesk.demo.files import upload
from helpdesk.demo.outgoing import settle
from helpdesk.demo.script import CUSTOMER, Act, Scene, ScriptError
from helpdesk.demo.shop import CURRENCY, Shop
from helpdesk.models import Channel, Priority, Severity, Ticket
from helpdesk.services import assignment, conversation, lifecycle, linking, merging, triage
from marketplaces.money import Money

#: Who sorts a ticket that nobody has taken yet.
DISPATCHER = "priya"


@dataclass(frozen=True)
class Stage:
    """What the acts need: people, shop, and the tickets opened so far by scene."""

    company: Company
    shop: Shop
    tickets: dict[str, int] = field(default_factory=dict)

    def who(self, act: Act) -> dict:
        return {"by": self.company.people[act.who], "at": act.at}


def play(stage: Stage, scene: Scene, act: Act) -> None:
    """Do one act on the scene's ticket.

    :raises ScriptError: for a verb nobody knows.
    """
    if act.verb not in VERBS:
        raise ScriptError(f"{scene.key}: nobody can “{act.verb}”.")
    VERBS[act.verb](stage, stage.tickets[scene.key], act)


def sort_ticket(stage: Stage, scene: Scene, act: Act) -> None:
    """Let the act's person sort a ticket that came in unsorted, as the scene says."""
    pk, who = stage.tickets[scene.key], stage.who(act)
    ticket, sort = Ticket.objects.get(pk=pk), sorting(stage, scene)
    for name, change in (
        ("category", triage.change_category),
        ("product_line", triage.change_product_line),
        ("order", triage.change_order),
        ("priority", triage.change_priority),
        ("team", assignment.move_to_team),
    ):
        if name in sort and getattr(ticket, name) != sort[name]:
            change(pk, **{name: sort[name]}, **who)


def sorting(stage: Stage, scene: Scene) -> dict:
    """Return how the scene's ticket is sorted, as objects."""
    named = {
        "team": stage.company.teams,
        "category": stage.company.categories,
        "line": stage.company.lines,
        "order": stage.shop.orders,
        "priority": {choice.name.lower(): choice.value for choice in Priority},
    }
    found = {name: named[name][word] for name, word in scene.sort.items()}
    if "line" in found:
        found["product_line"] = found.pop("line")
    return found


def _reply(stage: Stage, pk: int, act: Act) -> None:
    seen = Ticket.objects.values_list("last_event", flat=True).get(pk=pk)
    message = conversation.reply(
        pk, text=act.words, seen=seen, then=act.then, uploads=_uploads(act), **stage.who(act)
    )
    settle(message, fate=act.mail, at=act.at)


def _write(stage: Stage, pk: int, act: Act) -> None:
    conversation.receive_customer_message(
        pk,
        customer=Ticket.objects.get(pk=pk).requester,
        text=act.words,
        uploads=_uploads(act),
        mail={"quoted_text": act.quoted},
        at=act.at,
    )


def _tag(stage: Stage, pk: int, act: Act) -> None:
    for name in act.words.split(", "):
        triage.add_tag(pk, name=name, **stage.who(act))


def _impact(stage: Stage, pk: int, act: Act) -> None:
    amount, _, currency = act.words.partition(" ")
    impact = Money.parse(amount, currency or CURRENCY)
    triage.change_financial_impact(pk, impact=impact, **stage.who(act))


def _split(stage: Stage, pk: int, act: Act) -> None:
    message = Ticket.objects.get(pk=pk).messages.in_order().first()
    linking.split_ticket(pk, message_id=message.pk, subject=act.words, **stage.who(act))


def _uploads(act: Act) -> list:
    return [upload(name) for name in act.files]


VERBS: dict[str, Callable[[Stage, int, Act], object]] = {
    "claim": lambda stage, pk, act: assignment.claim_ticket(pk, **stage.who(act)),
    "assign": lambda stage, pk, act: assignment.assign_ticket(
        pk, assignee=stage.company.people[act.words], **stage.who(act)
    ),
    "team": lambda stage, pk, act: assignment.move_to_team(
        pk, team=stage.company.teams[act.words], **stage.who(act)
    ),
    "reply": _reply,
    "write": _write,
    "note": lambda stage, pk, act: conversation.add_note(
        pk, text=act.words, uploads=_uploads(act), **stage.who(act)
    ),
    "priority": lambda stage, pk, act: triage.change_priority(
        pk, priority=Priority[act.words.upper()], **stage.who(act)
    ),
    "severity": lambda stage, pk, act: triage.change_severity(
        pk, severity=Severity[act.words.upper()], **stage.who(act)
    ),
    "subject": lambda stage, pk, act: triage.change_subject(
        pk, subject=act.words, **stage.who(act)
    ),
    "impact": _impact,
    "tag": _tag,
    "status": lambda stage, pk, act: lifecycle.change_status(
        pk, status=act.words, **stage.who(act)
    ),
    "solve": lambda stage, pk, act: lifecycle.solve_ticket(pk, **stage.who(act)),
    "merge": lambda stage, pk, act: merging.merge_ticket(
        pk, into=stage.tickets[act.words], **stage.who(act)
    ),
    "unmerge": lambda stage, pk, act: merging.unmerge_ticket(pk, **stage.who(act)),
    "link": lambda stage, pk, act: linking.link_ticket(
        pk, to=stage.tickets[act.words], **stage.who(act)
    ),
    "split": _split,
    "follow": lambda stage, pk, act: linking.follow_ticket(pk, **stage.who(act)),
}


def comes_by_mail(scene: Scene, act: Act | None = None) -> bool:
    """Test whether the customer's words arrive as a mail of their own."""
    is_customers = act is None or act.who == CUSTOMER
    return scene.channel == Channel.EMAIL and not scene.opened_by and is_customers
