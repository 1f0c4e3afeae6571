"""Who writes to us: finding or making the customer behind an address or account."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from helpdesk import events
from helpdesk.models import (
    CorrectedField,
    Customer,
    CustomerCorrection,
    CustomerIdentity,
    IdentityKind,
)
from helpdesk.rules import tag_name
from helpdesk.services.search import index_customers

MAX_TAGS = 20
MAX_TAG_LENGTH = Customer._meta.get_field("tags").base_field.max_length


class CustomerNeedsAName(RuleViolation):
    code = "customer_needs_a_name"


class TagsNotPossible(RuleViolation):
    code = "tags_not_possible"


class IdentityIsTaken(RuleViolation):
    code = "identity_is_taken"


@transaction.atomic
def identify_customer(
    *, kind: str, value: str, name: str = "", evidence: str = "", at: datetime
) -> CustomerIdentity:
    """Return the identity of ``value``, making a customer for one never seen before.

    Safe when two processes meet the same new address at once: the unique constraint decides,
    and the loser's customer is never written.
    """
    value = _as_kept(kind, value)
    found = _find(kind, value)
    if found:
        return found
    customer = Customer.objects.create(name=(name.strip() or value)[:190], created_at=at)
    identity, is_new = CustomerIdentity.objects.get_or_create(
        kind=kind,
        value=value,
        defaults={
            "customer": customer,
            "confidence": Decimal(1),
            "evidence": evidence or gettext_noop("first contact"),
            "linked_at": at,
        },
    )
    if not is_new:
        customer.delete()
        return _find(kind, value)
    return identity


@transaction.atomic
def register_customer(
    *, name: str, identities: Iterable[Mapping[str, str]], by, at: datetime, language: str = ""
) -> Customer:
    """Write down a customer with the ways to reach them (``kind`` and ``value`` each).

    :raises CustomerNeedsAName: for an empty name.
    :raises IdentityIsTaken: if one of them is another customer's.
    """
    require(by, Act.EDIT_CUSTOMER)
    if not name.strip():
        raise CustomerNeedsAName(_("A customer needs a name."), field="name")
    customer = Customer.objects.create(name=name.strip()[:190], language=language, created_at=at)
    # In one order, so that two who write down the same identities cannot wait for each other.
    for kind, value in sorted({(i["kind"], _as_kept(i["kind"], i["value"])) for i in identities}):
        _give_identity(customer, kind, value, by=by, at=at)
    return customer


def _give_identity(customer: Customer, kind: str, value: str, *, by, at: datetime) -> None:
    identity, is_new = CustomerIdentity.objects.get_or_create(
        kind=kind,
        value=value,
        defaults={
            "customer": customer,
            "confidence": Decimal(1),
            "evidence": gettext_noop("written down"),
            "linked_at": at,
            "linked_by": by,
        },
    )
    if not is_new:
        raise IdentityIsTaken(
            _("%(value)s belongs to customer %(number)d already.")
            % {"value": value, "number": identity.customer_id},
            field="identities",
            customer=identity.customer_id,
        )


def _as_kept(kind: str, value: str) -> str:
    """Write an identity the one way it is stored: addresses in lower case."""
    value = value.strip()[:254]
    return value.lower() if kind == IdentityKind.EMAIL else value


def _find(kind: str, value: str) -> CustomerIdentity | None:
    identities = CustomerIdentity.objects.select_related("customer")
    return identities.filter(kind=kind, value=value).first()


@transaction.atomic
def change_customer(
    customer_id: int, *, name: str | None = None, language: str | None = None, by, at: datetime
) -> Customer:
    """Correct a customer's name, language, or both; what is not given stays. Who, when and what
    it was before is kept.

    :raises CustomerNeedsAName: for an empty name.
    """
    require(by, Act.EDIT_CUSTOMER)
    if name is not None and not name.strip():
        raise CustomerNeedsAName(_("A customer needs a name."), field="name")
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer_id)
    if name is not None and _correct(customer, CorrectedField.NAME, name.strip()[:190], by, at):
        index_customers(customer.pk)
    if language is not None:
        _correct(customer, CorrectedField.LANGUAGE, language, by, at)
    return customer


def _correct(customer: Customer, field: CorrectedField, value, by, at: datetime) -> bool:
    """Write one field and what it was before; say whether anything changed."""
    before = getattr(customer, field)
    if before == value:
        return False
    setattr(customer, field, value)
    customer.save(update_fields=[field])
    CustomerCorrection.objects.create(
        customer=customer, field=field, before=_in_words(before), after=_in_words(value),
        by=by, at=at,
    )  # fmt: skip
    return True


def _in_words(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


@transaction.atomic
def set_tags(customer_id: int, *, tags: Iterable[str], by, at: datetime) -> Customer:
    """Say what kind of customer this is: all the words, each once; SLA policies may ask for them.

    :raises TagsNotPossible: for an empty or endless word, or too many.
    """
    require(by, Act.EDIT_CUSTOMER)
    written = list(dict.fromkeys(tag_name(tag) for tag in tags))
    if len(written) > MAX_TAGS or not all(1 <= len(tag) <= MAX_TAG_LENGTH for tag in written):
        words = {"most": MAX_TAGS, "length": MAX_TAG_LENGTH}
        message = _("A customer has up to %(most)d tags of 1 to %(length)d characters.")
        raise TagsNotPossible(message % words, field="tags")
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer_id)
    if _correct(customer, CorrectedField.TAGS, written, by, at):
        events.customer_tagged.send(Customer, customer=customer, by=by, at=at)
    return customer
