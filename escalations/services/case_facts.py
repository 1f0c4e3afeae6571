"""What criteria ask, read off the database: for one case and for a thousand in as many queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, Sum

from escalations.case_facts import CaseFacts, ClockFact
from escalations.case_words import LONGEST_WRITING, Writing
from escalations.criteria import Group, conditions_of
from escalations.criteria_fields import ASKED_CLOCKS, FIELDS
from escalations.criteria_reading import LONGEST_TIME
from escalations.models import STILL_OPEN, ClockState, ProblemState, ProblemTicket, SLAClock
from helpdesk.models import Message, MessageKind, Ticket, TimelineEntry, TimelineKind
from helpdesk.services.identities import COUNTED_FROM
from marketplaces.models import Order
from marketplaces.money import Money

#: A problem that is dealt with is no reason to hand its cases up.
OPEN_PROBLEMS = (ProblemState.SUSPECTED, ProblemState.CONFIRMED)
EVERYTHING = frozenset(FIELDS)
_COLUMNS = (
    "pk", "opened_at", "channel", "priority", "severity", "category__slug", "requester_id",
    "requester__tags", "financial_impact_minor", "financial_impact_currency",
)  # fmt: skip


def fields_asked(criteria: Iterable[Group | None]) -> frozenset[str]:
    """Return the fields that any of the criteria asks for."""
    return frozenset(one.field for each in criteria for one in conditions_of(each))


def facts_of_cases(
    tickets: Collection[int], *, asked: Collection[str] = EVERYTHING, at: datetime
) -> dict[int, CaseFacts]:
    """Return the facts of the cases at the moment, of the fields that are asked.

    At most nine queries, however many cases.
    """
    rows = list(Ticket.objects.filter(pk__in=tickets).order_by().values_list(*_COLUMNS, named=True))
    more = _More({row.pk for row in rows}, {row.requester_id for row in rows}, at)
    found = {name: getattr(more, f"of_{name}")() for name in _LOOKED_UP if name in asked}
    paid = more.orders() if {"orders", "customer_value"} & set(asked) else {}
    return {row.pk: _facts(row, found, paid.get(row.requester_id, {}), at) for row in rows}


def facts_of_case(ticket_id: int, *, asked: Collection[str] = EVERYTHING, at: datetime):
    """Return the facts of one case."""
    return facts_of_cases([ticket_id], asked=asked, at=at)[ticket_id]


#: Fields that cost a query, by what the found is kept under.
_LOOKED_UP = {
    "contacts": "customer",
    "tickets": "customer",
    "reopened": "ticket",
    "clock": "ticket",
    "tags": "ticket",
    "systemic": "ticket",
    "words": "ticket",
}


def _facts(row, found: dict[str, dict], paid: dict[str, tuple[int, int]], at) -> CaseFacts:
    keys = {"customer": row.requester_id, "ticket": row.pk}
    of = {name: those.get(keys[_LOOKED_UP[name]]) for name, those in found.items()}
    amount = row.financial_impact_minor
    return CaseFacts(
        at=at,
        opened_at=row.opened_at,
        channel=row.channel,
        priority=row.priority,
        severity=row.severity,
        category=row.category__slug or "",
        amount=None if amount is None else Money(amount, row.financial_impact_currency),
        contacts=tuple(of.get("contacts") or ()),
        tickets=tuple(of.get("tickets") or ()),
        reopened=of.get("reopened") or 0,
        clocks=tuple(of.get("clock") or ()),
        tags=frozenset(of.get("tags") or ()),
        customer_tags=frozenset(row.requester__tags),
        paid={currency: minor for currency, (minor, _count) in paid.items()},
        orders=sum(count for _minor, count in paid.values()),
        problem=of.get("systemic"),
        writing=Writing(of.get("words") or ()),
    )


class _More:
    """Everything that is not a column of the ticket, each in one query for all tickets."""

    def __init__(self, tickets: set[int], customers: set[int], at: datetime):
        self.tickets, self.customers, self.at = tickets, customers, at
        self.since = at - timedelta(days=LONGEST_TIME)

    def of_contacts(self) -> dict[int, list[datetime]]:
        """When the customers wrote. Who may be somebody else does not count against them."""
        messages = Message.objects.filter(
            _counted("ticket__identity"),
            kind=MessageKind.CUSTOMER_MESSAGE,
            is_automatic=False,
            ticket__requester__in=self.customers,
            customer=F("ticket__requester"),
            written_at__range=(self.since, self.at),
        )
        return _lists(messages.order_by("written_at").values_list("customer_id", "written_at"))

    def of_tickets(self) -> dict[int, list[datetime]]:
        tickets = Ticket.objects.filter(
            _counted("identity"),
            requester__in=self.customers,
            opened_at__range=(self.since, self.at),
        )
        return _lists(tickets.order_by("opened_at").values_list("requester_id", "opened_at"))

    def of_reopened(self) -> dict[int, int]:
        entries = TimelineEntry.objects.filter(
            ticket__in=self.tickets, kind=TimelineKind.REOPENED, at__lte=self.at
        )
        return dict(entries.order_by().values_list("ticket_id").annotate(count=Count("pk")))

    def of_clock(self) -> dict[int, list[ClockFact]]:
        clocks = SLAClock.objects.filter(ticket__in=self.tickets, metric__in=ASKED_CLOCKS)
        found = defaultdict(list)
        columns = ("ticket_id", "metric", "state", "due_at", "breached_at")
        for ticket, metric, state, due_at, breached_at in clocks.order_by("pk").values_list(
            *columns
        ):
            runs_until = due_at if state == ClockState.RUNNING else None
            fact = ClockFact(metric, state in STILL_OPEN, runs_until, breached_at)
            found[ticket].append(fact)
        return found

    def of_tags(self) -> dict[int, list[str]]:
        through = Ticket.tags.through.objects.filter(ticket__in=self.tickets)
        return _lists(through.values_list("ticket_id", "tag__name"))

    def of_systemic(self) -> dict[int, int]:
        links = ProblemTicket.objects.filter(
            ticket__in=self.tickets, problem__state__in=OPEN_PROBLEMS
        )
        return dict(links.order_by("-problem_id").values_list("ticket_id", "problem_id"))

    def of_words(self) -> dict[int, list[str]]:
        """What customers wrote in each case and in what was merged into it, the newest first."""
        messages = Message.objects.filter(
            Q(ticket__in=self.tickets) | Q(ticket__merge_root__in=self.tickets),
            kind=MessageKind.CUSTOMER_MESSAGE,
            is_automatic=False,
        )
        columns = ("ticket_id", "ticket__merge_root_id", "text")
        found, left = defaultdict(list), defaultdict(lambda: LONGEST_WRITING)
        for ticket, root, text in messages.order_by("-written_at", "-pk").values_list(*columns):
            case = ticket if ticket in self.tickets else root
            if left[case] > 0:
                found[case].append(text[: left[case]])
                left[case] -= len(text)
        return found

    def orders(self) -> dict[int, dict[str, tuple[int, int]]]:
        """What the orders of each customer came to, and how many there are, by currency."""
        orders = Order.objects.filter(
            buyer__identity__customer__in=self.customers,
            buyer__identity__confidence__gte=COUNTED_FROM,
        )
        sums = (
            orders.order_by()
            .values_list("buyer__identity__customer", "currency")
            .annotate(minor=Sum("paid_minor"), count=Count("pk"))
        )
        found = defaultdict(dict)
        for customer, currency, minor, count in sums:
            found[customer][currency] = (int(minor), count)
        return found


def _counted(identity: str) -> Q:
    return Q(**{identity: None}) | Q(**{f"{identity}__confidence__gte": COUNTED_FROM})


def _lists(pairs: Iterable[tuple]) -> dict[int, list]:
    found = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found
