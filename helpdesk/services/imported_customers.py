"""Customers of an imported file: a buyer of the store, and a customer whom mail finds too."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_noop

from helpdesk.models import Customer, CustomerIdentity, IdentityKind
from helpdesk.order_file import CustomerRecord
from marketplaces.models import Buyer, Store

CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"


def write_customers(
    records: Iterable[CustomerRecord], *, store: Store, at: datetime
) -> dict[str, str]:
    """Bring buyers and customers in line with the records; returns what happened by account.

    A customer who has written from the record's address is the same one. Needs a transaction that
    holds the store's lock.
    """
    records = {record.account: record for record in records}
    known = _buyers(store, records)
    fresh = [record for account, record in records.items() if account not in known]
    outcomes = {record.account: CREATED for record in fresh}
    _create(fresh, store=store, at=at)
    for account, buyer in known.items():
        is_changed = _update(buyer, records[account], at=at)
        outcomes[account] = UPDATED if is_changed else UNCHANGED
    return outcomes


def buyers_of(accounts: Iterable[str], *, store: Store, at: datetime) -> dict[str, Buyer]:
    """Return the buyers by account; whoever is not known yet is made with the account as name."""
    accounts = set(accounts)
    known = _buyers(store, accounts)
    missing = [CustomerRecord(account) for account in sorted(accounts - known.keys())]
    return known | {buyer.external_id: buyer for buyer in _create(missing, store=store, at=at)}


def _buyers(store: Store, accounts: Iterable[str]) -> dict[str, Buyer]:
    buyers = Buyer.objects.filter(store=store, external_id__in=list(accounts))
    return {buyer.external_id: buyer for buyer in buyers.select_related("identity__customer")}


def _create(records: list[CustomerRecord], *, store: Store, at: datetime) -> list[Buyer]:
    buyers = Buyer.objects.bulk_create(
        Buyer(store=store, external_id=record.account, name=record.name, email=record.email)
        for record in records
    )
    emails = _identities(IdentityKind.EMAIL, (record.email for record in records if record.email))
    taken = _identities(IdentityKind.FILE, (record.account for record in records))
    identities, strangers = [], {}
    for record, buyer in zip(records, buyers, strict=True):
        customer = _customer(record, emails, strangers, at=at)
        is_free = record.account not in taken
        account = record.account if is_free else f"{record.account} ({store.name})"
        identities.append(_identity(customer, IdentityKind.FILE, account, at=at, buyer=buyer))
        if record.email and record.email not in emails:
            emails[record.email] = _identity(customer, IdentityKind.EMAIL, record.email, at=at)
            identities.append(emails[record.email])
    Customer.objects.bulk_create(strangers.values())
    CustomerIdentity.objects.bulk_create(identities)
    return buyers


def _identities(kind: str, values: Iterable[str]) -> dict[str, CustomerIdentity]:
    found = CustomerIdentity.objects.filter(kind=kind, value__in=list(values))
    return {identity.value: identity for identity in found.select_related("customer")}


def _customer(record: CustomerRecord, emails: dict, strangers: dict, *, at: datetime) -> Customer:
    if record.email in emails:
        return emails[record.email].customer
    customer = Customer(name=(record.name or record.account)[:190], created_at=at)
    strangers[record.account] = customer
    return customer


def _identity(customer: Customer, kind: str, value: str, *, at: datetime, buyer=None):
    return CustomerIdentity(
        customer=customer,
        kind=kind,
        value=value[:254],
        buyer=buyer,
        confidence=Decimal(1),
        evidence=gettext_noop("account in an imported file"),
        linked_at=at,
    )


def _update(buyer: Buyer, record: CustomerRecord, *, at: datetime) -> bool:
    """Take over what the file says now; returns whether that was something new."""
    if (buyer.name, buyer.email) == (record.name, record.email):
        return False
    customer = buyer.identity.customer
    # A name somebody corrected by hand stays.
    if record.name and customer.name in (buyer.name, buyer.external_id):
        customer.name = record.name
        customer.save(update_fields=["name"])
    buyer.name, buyer.email = record.name, record.email
    buyer.save(update_fields=["name", "email"])
    if record.email:
        CustomerIdentity.objects.bulk_create(
            [_identity(customer, IdentityKind.EMAIL, record.email, at=at)], ignore_conflicts=True
        )
    return True
