"""Trees of conditions over everything that can be asked, and tickets to find by them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from accounts.models import Role
from helpdesk.condition_queries import FOUND_BY_APPS, conditions_as_q
from helpdesk.conditions import (
    FIELDS,
    read_conditions,
)
from helpdesk.models import Category, Priority, ProductLine, Severity, Tag, Ticket
from helpdesk.search_text import lexemes
from tests.api.world import make_order
from tests.factories import MONDAY, make_identity, make_team, make_ticket, make_user

ZONE = "Europe/Rome"
STATUSES = ["new", "open", "pending", "on_hold", "solved", "closed"]
SLUGS = ["damaged", "late", "unknown"]
TAGS = ["vip", "Lot 2611", "unheard of"]
WORDS = ["kettle", "coffee maker", "leak", "zebra", "%", "_", "''", "\\"]
REFERENCES = ["112-1", "112-2", "999"]
MOMENTS = [
    "now",
    "today",
    "tomorrow",
    "1 day ago",
    "3 days ago",
    "in 2 hours",
    "2026-03-01",
    "2026-03-01T12:00:00Z",
]
SPANS = [
    "last 1 day",
    "last 36 hours",
    "next 1 day",
    "next 90 minutes",
    "last 0 days",
    "today",
    "yesterday",
]
DAYS = {"today": date(2026, 3, 2), "yesterday": date(2026, 3, 1)}
#: What apps above know is theirs to show (tests/escalations/test_ticket_conditions.py).
OWN = [name for name in FIELDS if name not in FOUND_BY_APPS]
KEYS = [1, 2, 3, 4, 2**63 - 1]
MONEYS = [
    {"amount": amount, "currency": c} for amount in ("0", "12.50", "40") for c in ("EUR", "USD")
]
VALUES = {
    "status": STATUSES,
    "priority": [name.lower() for name in Priority.names],
    "severity": [name.lower() for name in Severity.names],
    "channel": ["email", "phone", "web"],
    "category": SLUGS,
    "product_line": SLUGS,
    "team": [*KEYS, "mine"],
    "assignee": [*KEYS, "me", "nobody"],
    "tags": TAGS,
    "requester": KEYS,
    "requester_name": ["karen", "berg", "%", "z"],
    "order": REFERENCES,
    "financial_impact": MONEYS,
    "subject": WORDS,
    "words": WORDS,
}


@st.composite
def conditions(draw):
    field = draw(st.sampled_from(OWN))
    operator = draw(st.sampled_from(list(FIELDS[field].operators)))
    written = {"field": field, "operator": operator}
    if operator in ("empty", "not_empty"):
        return written
    usual = MOMENTS if field.endswith("_at") else VALUES.get(field)
    value = st.sampled_from(SPANS if operator == "within" else usual)
    if operator in ("in", "not_in"):
        value = st.lists(value, min_size=1, max_size=3)
    return written | {"value": draw(value)}


def trees(depth: int = 3):
    part = conditions() if depth == 0 else st.one_of(conditions(), trees(depth - 1))
    parts = st.lists(part, min_size=1, max_size=3)
    return st.builds(lambda joint, inside: {joint: inside}, st.sampled_from(["all", "any"]), parts)


def size(tree) -> int:
    """How many conditions a tree holds."""
    inside = tree.get("all") or tree.get("any")
    return sum(map(size, inside)) if inside else 1


class World:
    """Tickets of every kind, and a reader; the ids are made small, so that trees meet them."""

    def __init__(self):
        self.teams = [make_team(), make_team()]
        self.reader = make_user(Role.ADMIN, team=self.teams[0], time_zone=ZONE)
        people = [self.reader, make_user(), None]
        categories = [Category.objects.create(slug=s, name=s) for s in SLUGS[:2]] + [None]
        lines = [ProductLine.objects.create(slug=s, name=s) for s in SLUGS[:2]] + [None]
        orders = [make_order(reference) for reference in REFERENCES[:2]] + [None]
        tags = [Tag.objects.create(name=name) for name in ("vip", "lot 2611")]
        for n in range(18):
            name = ("Karen Whitfield", "Tom Berg", "Åsa 100%")[n % 3]
            subject = ("Kettle leaks", "Coffee maker % broken", "Where's my order_1?")[n % 3]
            ticket = make_ticket(
                subject,
                identity=make_identity(name=name),
                team=[*self.teams, None][n % 3],
                priority=1 + n % 4,
                severity=1 + n // 2 % 4,
                category=categories[n // 3 % 3],
                product_line=lines[n // 2 % 3],
                order=orders[n // 4 % 3],
                at=MONDAY - timedelta(hours=11 * n),
            )
            ticket.tags.set(tags[: n % 3])
            moments = [None, MONDAY - timedelta(days=n), MONDAY + timedelta(hours=n)]
            Ticket.objects.filter(pk=ticket.pk).update(
                status=STATUSES[n % 6],
                assignee=people[n // 2 % 3],
                due_at=moments[n % 3],
                last_customer_message_at=moments[(n + 1) % 3],
                last_reply_at=moments[(n + 2) % 3],
                solved_at=MONDAY if n % 6 > 3 else None,
                closed_at=MONDAY if n % 6 == 5 else None,
                financial_impact_minor=[None, 1250, 4000, 0][n % 4],
                financial_impact_currency=["", "EUR", "USD", "EUR"][n % 4],
            )
        tickets = Ticket.objects.select_related("requester", "order", "category", "product_line")
        self.tickets = list(tickets.prefetch_related("tags"))
        self.mine = set(self.reader.teams.values_list("pk", flat=True))

    def found(self, tree: dict) -> set[int]:
        q = conditions_as_q(read_conditions(tree), reader=self.reader, at=MONDAY)
        numbers = list(Ticket.objects.filter(q).values_list("pk", flat=True))
        assert len(numbers) == len(set(numbers))
        return set(numbers)

    def meant(self, tree: dict) -> set[int]:
        return {ticket.pk for ticket in self.tickets if self.holds(tree, ticket)}

    def holds(self, part: dict, ticket: Ticket) -> bool:
        if "all" in part:
            return all(self.holds(each, ticket) for each in part["all"])
        if "any" in part:
            return any(self.holds(each, ticket) for each in part["any"])
        field, operator, value = part["field"], part["operator"], part.get("value")
        here = self.value_of(field, ticket)
        if operator in ("empty", "not_empty"):
            return (here in (None, [])) == (operator == "empty")
        if operator.startswith("not_") or operator == "is_not":
            positive = {"is_not": "is"}.get(operator, operator.removeprefix("not_"))
            return not self.holds(part | {"operator": positive}, ticket)
        if operator in ("is", "in"):
            wanted = value if operator == "in" else [value]
            return any(self.is_same(field, here, each) for each in wanted)
        return getattr(self, operator)(field, here, value)

    def is_same(self, field, here, wanted) -> bool:
        special = {"me": self.reader.pk, "nobody": None}
        if wanted == "mine":
            return here in self.mine
        if field == "tags":
            return wanted.lower() in here
        return here == special.get(wanted, wanted)

    def contains(self, field, here, wanted) -> bool:
        if field == "tags":
            return wanted.lower() in here
        if field == "words":
            asked = lexemes(wanted)
            return bool(asked) and all(any(h.startswith(w) for h in here) for w in asked)
        return here is not None and wanted.lower() in here.lower()

    def at_least(self, field, here, wanted) -> bool:
        return self.compared(here, wanted, lambda one, two: one >= two)

    def at_most(self, field, here, wanted) -> bool:
        return self.compared(here, wanted, lambda one, two: one <= two)

    def compared(self, here, wanted, step) -> bool:
        if here is None or here.currency != wanted["currency"]:
            return False
        return step(here.amount, Decimal(wanted["amount"]))

    def before(self, field, here, wanted) -> bool:
        return here is not None and here < self.moment(wanted)

    def after(self, field, here, wanted) -> bool:
        return here is not None and here >= self.moment(wanted)

    def within(self, field, here, wanted) -> bool:
        if wanted in DAYS:
            return here is not None and here.astimezone(ZoneInfo(ZONE)).date() == DAYS[wanted]
        side, count, unit = wanted.split()
        length = timedelta(**{unit.rstrip("s") + "s": int(count)})
        first, last = (MONDAY - length, MONDAY) if side == "last" else (MONDAY, MONDAY + length)
        return here is not None and first <= here <= last

    def moment(self, words: str) -> datetime:
        return {
            "now": MONDAY,
            "today": datetime(2026, 3, 2, tzinfo=ZoneInfo(ZONE)),
            "tomorrow": datetime(2026, 3, 3, tzinfo=ZoneInfo(ZONE)),
            "1 day ago": MONDAY - timedelta(days=1),
            "3 days ago": MONDAY - timedelta(days=3),
            "in 2 hours": MONDAY + timedelta(hours=2),
            "2026-03-01": datetime(2026, 3, 1, tzinfo=ZoneInfo(ZONE)),
            "2026-03-01T12:00:00Z": datetime(2026, 3, 1, 12, tzinfo=UTC),
        }[words]

    def value_of(self, field: str, ticket: Ticket):
        if field in ("team", "assignee", "requester"):
            return getattr(ticket, f"{field}_id")
        if field in ("priority", "severity"):
            choices = {"priority": Priority, "severity": Severity}[field]
            return choices(getattr(ticket, field)).name.lower()
        if field in ("category", "product_line"):
            row = getattr(ticket, field)
            return row and row.slug
        named = {
            "tags": lambda: [tag.name for tag in ticket.tags.all()],
            "requester_name": lambda: ticket.requester.name,
            "order": lambda: ticket.order and ticket.order.reference,
            "words": lambda: self.words_of(ticket),
        }
        return named[field]() if field in named else getattr(ticket, field)

    def words_of(self, ticket: Ticket) -> list[str]:
        order = ticket.order.reference if ticket.order else ""
        said = "The water tank is cracked in the same corner."
        texts = (ticket.subject, ticket.requester.name, order, said, str(ticket.pk))
        return [word for text in texts for word in lexemes(text)]
