"""Buyers are customers: whoever a marketplace or a file tells of is found by mail, too."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_noop

from helpdesk.models import CorrectedField, Customer, CustomerIdentity, IdentityKind
from helpdesk.services.search import index_customers
from marketplaces.models import Buyer, Marketplace, Store

#: A marketplace's accounts are identities of its own kind.
_KINDS = {marketplace: IdentityKind(marketplace) for marketplace in Marketplace.values}
#: One login at the marketplace, whatever store of ours it buys in.
_SAME_EVERYWHERE = {Marketplace.AMAZON, Marketplace.EBAY, Marketplace.WALMART}
_IN_A_FILE = gettext_noop("account in an imported file")
_AT_THE_MARKETPLACE = gettext_noop("account at the marketplace")


def identify_buyers(buyers: Iterable[Buyer], *, store: Store, at: datetime) -> None:
    """Give buyers met for the first time their customers. Needs a transaction.

    Who has written from the address a buyer has is the same customer.
    """
    buyers, kind = list(buyers), _KINDS[store.marketplace]
    emails = _identities(IdentityKind.EMAIL, (buyer.email for buyer in buyers if buyer.email))
    taken = _identities(kind, (buyer.external_id for buyer in buyers))
    identities, strangers = [], []
    for buyer in buyers:
        is_free = buyer.external_id not in taken
        known = emails.get(buyer.email)
        if known is None and store.marketplace in _SAME_EVERYWHERE:
            known = taken.get(buyer.external_id)
        customer = known.customer if known else _stranger(buyer, at)
        if known is None:
            strangers.append(customer)
        account = buyer.external_id if is_free else f"{buyer.external_id} ({store.name})"
        identities.append(_identity(customer, kind, account, store, at=at, buyer=buyer))
        if buyer.email and buyer.email not in emails:
            emails[buyer.email] = _identity(customer, IdentityKind.EMAIL, buyer.email, store, at=at)
            identities.append(emails[buyer.email])
    Customer.objects.bulk_create(strangers)
    CustomerIdentity.objects.bulk_create(identities)


def take_over_changes(
    buyers: Iterable[Buyer], *, store: Store, names_before: dict[int, str], at: datetime
) -> None:
    """Bring customers in line with buyers who changed; a name corrected by hand stays.

    Needs a transaction.
    """
    keys = [buyer.pk for buyer in buyers]
    identities = CustomerIdentity.objects.filter(buyer__in=keys).select_related("customer", "buyer")
    addresses = []
    for identity in identities:
        buyer, customer = identity.buyer, identity.customer
        if buyer.name and customer.name in (names_before[buyer.pk], buyer.external_id):
            _rename(customer, buyer.name)
        if buyer.email:
            addresses.append(_identity(customer, IdentityKind.EMAIL, buyer.email, store, at=at))
    CustomerIdentity.objects.bulk_create(addresses, ignore_conflicts=True)


def _rename(customer: Customer, name: str) -> None:
    if customer.name == name or customer.corrections.filter(field=CorrectedField.NAME).exists():
        return
    customer.name = name
    customer.save(update_fields=["name"])
    index_customers(customer.pk)


def _identities(kind: str, values: Iterable[str]) -> dict[str, CustomerIdentity]:
    found = CustomerIdentity.objects.filter(kind=kind, value__in=list(values))
    return {identity.value: identity for identity in found.select_related("customer")}


def _stranger(buyer: Buyer, at: datetime) -> Customer:
    return Customer(name=(buyer.name or buyer.external_id)[:190], created_at=at)


def _identity(customer: Customer, kind: str, value: str, store: Store, *, at: datetime, buyer=None):
    is_file = store.marketplace == Marketplace.FILE
    return CustomerIdentity(
        customer=customer,
        kind=kind,
        value=value[:254],
        buyer=buyer,
        confidence=Decimal(1),
        evidence=_IN_A_FILE if is_file else _AT_THE_MARKETPLACE,
        linked_at=at,
    )
