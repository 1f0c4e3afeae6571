"""What the palette offers: acts possible now for this person, what was found, where to go."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.rules import ROLES_THAT_MAY, Act, may
from helpdesk.keys import shortcuts
from helpdesk.models import Priority, Status, Ticket, TicketFollower
from helpdesk.rules import statuses_for_choice, tag_name
from helpdesk.search_query import Excerpt, find_words, read_search
from helpdesk.search_results import Found, look_up
from helpdesk.search_text import lexemes
from policies.models import Macro

ACTS_SHOWN, FOUND_SHOWN, PLACES_SHOWN = 8, 6, 5
#: Typed first, it asks for macros only: the key m types it.
MACRO = "macro"
HINT_LENGTH = 40


@dataclass(frozen=True)
class Item:
    """One line: a page to open (``url``), an act to send (``act`` with ``body``), a key to press.

    Where it ``inserts``, the act's answer holds the text for the composer.

    ``marks`` are the places of what was typed in ``label``, from and to.
    """

    label: str
    icon: str
    hint: str = ""
    url: str = ""
    act: str = ""
    body: dict = field(default_factory=dict)
    key: str = ""
    number: int | None = None
    inserts: bool = False
    excerpt: Excerpt = field(default_factory=lambda: Excerpt(""))
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Group:
    title: str
    items: list[Item]


#: What apps above offer on a ticket, to whom. They add to it when they start.
OFFERED_BY_APPS: list[Callable[[Ticket, User], list[Item]]] = []


def palette(text: str, *, ticket: Ticket | None, user, at: datetime) -> list[Group]:
    """Return what fits the text, group by group; of an empty text what is usual."""
    words = tuple(lexemes(text))
    search = read_search(text)
    acts = _fitting(acts_on(ticket, text, user=user), words)[:ACTS_SHOWN] if ticket else []
    is_asked = _is_searchable(text)
    found = look_up(search, user=user, at=at, limit=FOUND_SHOWN) if is_asked else Found()
    places = _fitting(_places(user), words)
    macros = _macros(ticket, text, user) if ticket else []
    groups = [
        Group(_("Macros"), macros if _asks_for_macros(text) else macros[:FOUND_SHOWN]),
        Group(_("On ticket %(number)s") % {"number": ticket.pk if ticket else ""}, acts),
        Group(_("Tickets"), [_ticket(row, found, search.words) for row in found.tickets]),
        Group(_("Customers"), [_customer(row, search.words) for row in found.customers]),
        Group(_("Orders"), [_order(row, search.words) for row in found.orders]),
        Group(_("Go to"), places[:PLACES_SHOWN]),
    ]
    return [group for group in groups if group.items]


def acts_on(ticket: Ticket, text: str, *, user) -> list[Item]:
    """Acts on a ticket that its state and the person's role allow; the services decide again."""
    return [
        *_writing(ticket, user),
        *_assigning(ticket, text, user),
        *_moving_on(ticket, user),
        *(item for offer in OFFERED_BY_APPS for item in offer(ticket, user)),
        *_sorting(ticket, text, user),
        *_watching(ticket, user),
    ]


def _writing(ticket: Ticket, user) -> list[Item]:
    items = []
    if may(user, Act.REPLY) and ticket.status != Status.CLOSED:
        items.append(Item(_("Write a reply"), "reply", key="r"))
    if may(user, Act.NOTE):
        items.append(Item(_("Write an internal note"), "note", key="n"))
    return items


def _assigning(ticket: Ticket, text: str, user) -> list[Item]:
    if ticket.status == Status.CLOSED:
        return []
    items = []
    if may(user, Act.CLAIM) and not ticket.assignee_id:
        items.append(Item(_("Take it"), "person", "C", act=_act(ticket, "assignment-claim")))
    if may(user, Act.ASSIGN) and text.strip():
        items += _colleagues(ticket) + _teams(ticket)
    return items


def _colleagues(ticket: Ticket) -> list[Item]:
    people = User.objects.active().filter(role__in=ROLES_THAT_MAY[Act.REPLY]).by_name()
    address = _act(ticket, "assignment-assign")
    items = [
        Item(_("Assign to %(name)s") % {"name": person}, "person", act=address,
             body={"assignee": person.pk})
        for person in people
        if person.pk != ticket.assignee_id
    ]  # fmt: skip
    if ticket.assignee_id:
        items.append(Item(_("Assign to nobody"), "person", act=address, body={"assignee": None}))
    return items


def _teams(ticket: Ticket) -> list[Item]:
    address = _act(ticket, "assignment-move")
    return [
        Item(_("Move to %(team)s") % {"team": team}, "queue", act=address, body={"team": team.pk})
        for team in Team.objects.order_by("name")
        if team.pk != ticket.team_id
    ]


def _moving_on(ticket: Ticket, user) -> list[Item]:
    if not may(user, Act.CHANGE_STATUS):
        return []
    possible = statuses_for_choice(ticket.status)
    items = []
    if Status.SOLVED in possible:
        items.append(Item(_("Solve"), "check", "S", act=_act(ticket, "lifecycle-solve")))
    if ticket.status == Status.SOLVED:
        items.append(Item(_("Reopen"), "undo", act=_act(ticket, "lifecycle-reopen")))
        return items
    address = _act(ticket, "lifecycle-change-status")
    items += [
        Item(_("Set to %(status)s") % {"status": Status(status).label}, "pause", act=address,
             body={"status": str(status)})
        for status in possible
        if status != Status.SOLVED
    ]  # fmt: skip
    return items


def _sorting(ticket: Ticket, text: str, user) -> list[Item]:
    items = []
    if may(user, Act.TRIAGE):
        address = _act(ticket, "triage-change-priority")
        items += [
            Item(_("Priority %(name)s") % {"name": choice.label}, "flag", act=address,
                 body={"priority": choice.name.lower()})
            for choice in reversed(Priority)
            if choice != ticket.priority
        ]  # fmt: skip
    verb, _space, name = text.strip().partition(" ")
    if may(user, Act.TAG) and verb.lower() in ("tag", "#") and 1 <= len(tag_name(name)) <= 40:
        label = _("Tag %(name)s") % {"name": tag_name(name)}
        items.append(Item(label, "hash", act=_act(ticket, "triage-tag"), body={"tag": name}))
    return items


def _watching(ticket: Ticket, user) -> list[Item]:
    is_followed = TicketFollower.objects.filter(ticket=ticket, user=user).exists()
    watch = (
        Item(_("Stop following"), "quiet", act=_act(ticket, "linking-unfollow"))
        if is_followed
        else Item(_("Follow"), "eye", act=_act(ticket, "linking-follow"))
    )
    pages = [(Act.MERGE, _("Merge into another"), "merge", "helpdesk:merge"),
             (Act.LINK, _("Split off a message"), "split", "helpdesk:split")]  # fmt: skip
    return [watch] + [
        Item(words, icon, url=reverse(name, args=[ticket.pk]))
        for act, words, icon, name in pages
        if may(user, act) and not (ticket.merged_into_id and act == Act.MERGE)
    ]


def _asks_for_macros(text: str) -> bool:
    return text.strip().lower().split(" ")[0] == MACRO


def _macros(ticket: Ticket, text: str, user) -> list[Item]:
    """Macros whose name fits what is typed; behind the word "macro" all that do."""
    if ticket.status == Status.CLOSED or not may(user, Act.NOTE) or not text.strip():
        return []
    asked = text.strip()[len(MACRO) :] if _asks_for_macros(text) else text
    address = _act(ticket, "macro-filling-fill-macro")
    items = [
        Item(macro.name, "reply", _beginning(macro.text), act=address, body={"macro": macro.pk},
             inserts=True)
        for macro in Macro.objects.usable_by(user).by_name()
    ]  # fmt: skip
    return _fitting(items, tuple(lexemes(asked)))


def _beginning(text: str) -> str:
    """The beginning of a text, on one line."""
    words = " ".join(text.split())
    return words if len(words) <= HINT_LENGTH else f"{words[:HINT_LENGTH]}…"


def _places(user) -> list[Item]:
    keys = [shortcut for shortcut in shortcuts(user) if shortcut.does == "go"]
    items = [
        Item(str(key.words), "list" if "view=" in key.what else "right", " ".join(key.caps),
             url=key.what)
        for key in keys
    ]  # fmt: skip
    return [*items, Item(_("Your profile"), "person", url=reverse("accounts:profile"))]


def _ticket(ticket: Ticket, found: Found, words: tuple[str, ...]) -> Item:
    label = f"{ticket.pk} {ticket.subject}"
    address = reverse("helpdesk:ticket", args=[ticket.pk])
    return Item(
        label, "inbox", ticket.get_status_display(), url=address,
        number=ticket.pk, excerpt=found.excerpts.get(ticket.pk, Excerpt("")),
        marks=tuple(find_words(label, words)),
    )  # fmt: skip


def _customer(customer, words: tuple[str, ...]) -> Item:
    address = reverse("helpdesk:customer", args=[customer.pk])
    hint = ", ".join(identity.value for identity in customer.identities.all()[:2])
    return Item(customer.name, "person", hint, url=address,
                marks=tuple(find_words(customer.name, words)))  # fmt: skip


def _order(order, words: tuple[str, ...]) -> Item:
    address = reverse("helpdesk:order", args=[order.pk])
    return Item(str(order), "box", f"{order.store}, {order.buyer}", url=address,
                marks=tuple(find_words(str(order), words)))  # fmt: skip


def _fitting(items: list[Item], words: tuple[str, ...]) -> list[Item]:
    """Those in whose label every word begins a word; each with the places marked."""
    fitting = []
    for item in items:
        label = str(item.label) if isinstance(item.label, Promise) else item.label
        if all(find_words(label, (word,)) for word in words):
            marks = tuple(find_words(label, words))
            fitting.append(Item(**vars(item) | {"label": label, "marks": marks}))
    return fitting


def _is_searchable(text: str) -> bool:
    """One letter begins half of all words."""
    return len(text.strip()) > 1


def _act(ticket: Ticket, name: str) -> str:
    return reverse(f"api:{name}", args=[ticket.pk])
