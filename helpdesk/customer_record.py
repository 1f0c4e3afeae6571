"""Everything about one customer: the axis of time, how identities moved, who may be the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from helpdesk.axis import AxisEvent, Happening, Totals, newest_first, totals_of
from helpdesk.models import (
    Customer,
    CustomerCorrection,
    CustomerIdentity,
    IdentityEntry,
    IdentityKind,
    Ticket,
)
from helpdesk.services.identities import COUNTED_FROM
from marketplaces.models import Buyer, Order

#: So many of the newest tickets and orders are read; nobody scrolls further.
READ_AT_MOST = 500
SUGGESTED = 5
SAME_ADDRESS, SAME_NAME_AND_PLACE = Decimal("0.90"), Decimal("0.60")
#: What shops call it.
POSTAL_CODE_KEYS = ("postal_code", "postalCode", "postcode", "zip", "zip_code", "zipcode", "plz")
_EXACT = Decimal(1)


@dataclass(frozen=True)
class Axis:
    """``events`` are newest first; ``channels`` are those there is anything of."""

    events: list[AxisEvent]
    totals: Totals
    channels: list[str]
    has_more: bool


def axis_of(customer: Customer, *, user, channel: str = "") -> Axis:
    """Read the customer's tickets, orders and refunds in two queries, however many there are.

    Tickets the reader may not see are not there, and not counted either.
    """
    tickets = _tickets(customer, user)
    orders = _orders(customer)
    events = newest_first([*_ticket_events(tickets), *_order_events(orders)])
    channels = sorted({event.channel for event in events})
    shown = [event for event in events if channel in ("", event.channel)]
    has_more = READ_AT_MOST in (len(tickets), len(orders))
    return Axis(shown, totals_of(shown), channels, has_more)


def _tickets(customer: Customer, user) -> list[Ticket]:
    tickets = Ticket.objects.visible_to(user).filter(requester=customer)
    shown = tickets.select_related("identity").only(
        "subject", "status", "channel", "opened_at", "requester_id", "identity__confidence"
    )
    return list(shown.order_by("-opened_at", "-pk")[:READ_AT_MOST])


def _orders(customer: Customer) -> list[Order]:
    orders = Order.objects.filter(buyer__identity__customer=customer)
    return list(orders.select_related("store", "buyer__identity").newest_first()[:READ_AT_MOST])


def _ticket_events(tickets: Iterable[Ticket]) -> Iterable[AxisEvent]:
    for ticket in tickets:
        yield AxisEvent(
            Happening.TICKET,
            at=ticket.opened_at,
            pk=ticket.pk,
            channel=ticket.channel,
            title=ticket.subject,
            state=ticket.status,
            is_counted=_counts(ticket.identity),
        )


def _order_events(orders: Iterable[Order]) -> Iterable[AxisEvent]:
    for order in orders:
        facts = {
            "at": order.placed_at or order.imported_at,
            "pk": order.pk,
            "channel": order.store.marketplace,
            "title": str(order),
            "state": order.status,
            "is_counted": _counts(order.buyer.identity),
        }
        yield AxisEvent(Happening.ORDER, amount=order.paid, **facts)
        if order.refunded:
            yield AxisEvent(Happening.REFUND, amount=order.refunded, **facts)


def _counts(identity: CustomerIdentity | None) -> bool:
    return identity is None or identity.confidence >= COUNTED_FROM


def history_of(customer: Customer) -> QuerySet[IdentityEntry]:
    """Every link and undoing that gave the customer an identity or took one away, newest first."""
    entries = IdentityEntry.objects.filter(Q(source=customer) | Q(target=customer))
    related = entries.select_related("identity", "source", "target", "by", "undone_by")
    return related.order_by("-pk")


def corrections_of(customer: Customer) -> QuerySet[CustomerCorrection]:
    """What people corrected about the customer, newest first."""
    return customer.corrections.select_related("by").order_by("-pk")


def can_be_undone(entries: Iterable[IdentityEntry]) -> set[int]:
    """Return which of the entries are the last link in force of their identity."""
    entries = list(entries)
    in_force = IdentityEntry.objects.filter(
        identity__in={entry.identity_id for entry in entries}, undoes=None, undone_by=None
    )
    last = dict(in_force.order_by("pk").values_list("identity_id", "pk"))
    return {entry.pk for entry in entries} & set(last.values())


def moved_to(customer: Customer) -> list[Customer]:
    """Where the identities went of a customer who has none left; empty for everybody else."""
    if customer.identities.exists():
        return []
    gone = IdentityEntry.objects.filter(source=customer).values("identity_id")
    return list(Customer.objects.filter(identities__in=gone).distinct().by_name())


@dataclass(frozen=True)
class Likeness:
    """An identity of somebody else that may be this customer's. Never linked by itself."""

    identity: CustomerIdentity
    evidence: str
    confidence: Decimal


def likely_same(customer: Customer) -> list[Likeness]:
    """Return a few identities that may be this customer's, with why, the surest first."""
    found: dict[int, Likeness] = {}
    for likeness in [*_by_address(customer), *_by_name_and_place(customer)]:
        found.setdefault(likeness.identity.pk, likeness)
    return list(found.values())[:SUGGESTED]


def _others(customer: Customer) -> QuerySet[CustomerIdentity]:
    others = CustomerIdentity.objects.exclude(customer=customer).select_related("customer")
    return others.order_by("pk")


def _by_address(customer: Customer) -> Iterable[Likeness]:
    """The same e-mail stands in the buyer data of a shop, or is another customer's own."""
    own = customer.identities.filter(kind=IdentityKind.EMAIL, confidence=_EXACT)
    buyers = Buyer.objects.filter(identity__customer=customer).exclude(email="")
    emails = {*own.values_list("value", flat=True), *buyers.values_list("email", flat=True)}
    if not emails:
        return
    written = Q(kind=IdentityKind.EMAIL, value__in=emails) | Q(buyer__email__in=emails)
    for identity in _others(customer).filter(written).select_related("buyer")[:SUGGESTED]:
        email = identity.buyer.email if identity.buyer else identity.value
        words = _("the shop has the same e-mail: %(email)s") % {"email": email}
        yield Likeness(identity, words, SAME_ADDRESS)


def _by_name_and_place(customer: Customer) -> Iterable[Likeness]:
    codes = _postal_codes(Order.objects.filter(buyer__identity__customer=customer))
    here = {code for some in codes.values() for code in some}
    if not here:
        return
    namesakes = _others(customer).filter(customer__name=customer.name, buyer__isnull=False)
    identities = {identity.buyer_id: identity for identity in namesakes[:READ_AT_MOST]}
    there = _postal_codes(Order.objects.filter(buyer__in=identities))
    for buyer_id, some in there.items():
        if same := sorted(some & here):
            words = _("same name and postal code: %(code)s") % {"code": same[0]}
            yield Likeness(identities[buyer_id], words, SAME_NAME_AND_PLACE)


def _postal_codes(orders: QuerySet[Order]) -> dict[int, set[str]]:
    """Return the postal codes that orders went to, by buyer."""
    found: dict[int, set[str]] = {}
    rows = orders.order_by("-pk").values_list("buyer_id", "ship_to")[:READ_AT_MOST]
    for buyer_id, ship_to in rows:
        codes = {str(ship_to[key]).strip().upper() for key in POSTAL_CODE_KEYS if ship_to.get(key)}
        found.setdefault(buyer_id, set()).update(codes)
    return {buyer_id: codes for buyer_id, codes in found.items() if codes}
