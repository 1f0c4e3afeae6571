"""Which customer an identity belongs to: linking, and taking a link back. See decision 023.

A link moves the identity with the tickets that came by it; its orders follow by themselves, for
they know their buyer and the buyer the identity. What was written before, messages and timeline,
keeps the customer it was written for. A link is taken back newest first, so that each step finds
what it left behind: after it everything is as it was before the link.
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from helpdesk.models import Customer, CustomerIdentity, IdentityEntry, Ticket
from helpdesk.services.search import index_customers

#: Below this a link is shown, and never counted against the customer.
COUNTED_FROM = Decimal("0.5")


class CannotLinkIdentity(RuleViolation):
    code = "cannot_link_identity"


class CannotUnlinkIdentity(RuleViolation):
    code = "cannot_unlink_identity"


@transaction.atomic
def link_identity(
    identity_id: int, *, to: int, evidence: str, confidence: Decimal, by, at: datetime
) -> IdentityEntry:
    """Say that an identity is this customer's, and why. ``confidence`` runs from 0.01 to 1.

    :raises CannotLinkIdentity: if it is theirs already, without evidence, or for another
        confidence.
    """
    require(by, Act.EDIT_CUSTOMER)
    evidence = " ".join(evidence.split())
    _refuse_incomplete(evidence, confidence)
    identity = _locked(identity_id)
    _lock_customers(identity.customer_id, to)
    if identity.customer_id == to:
        raise CannotLinkIdentity(
            _("%(identity)s belongs to this customer already.") % {"identity": identity},
            field="identity",
        )
    return _move(identity, to, evidence=evidence[:190], confidence=confidence, by=by, at=at)


@transaction.atomic
def unlink_identity(entry_id: int, *, by, at: datetime) -> IdentityEntry:
    """Take a link back: identity, confidence, evidence and tickets are as before it.

    :raises CannotUnlinkIdentity: for a link that was taken back, an undoing, or a link after
        which the identity was linked again: the later one goes first.
    """
    require(by, Act.EDIT_CUSTOMER)
    entry = IdentityEntry.objects.get(pk=entry_id)
    identity = _locked(entry.identity_id)
    _lock_customers(entry.source_id, entry.target_id)
    last = links_in_force(identity).last()
    if last is None or last.pk != entry.pk:
        raise CannotUnlinkIdentity(_why_not(entry, last))
    return _move(
        identity,
        entry.source_id,
        evidence=entry.evidence_before,
        confidence=entry.confidence_before,
        by=by,
        at=at,
        undoes=entry,
    )


def links_in_force(identity: CustomerIdentity):
    """Return the links of an identity that were not taken back, oldest first."""
    return identity.history.filter(undoes=None, undone_by=None).order_by("pk")


def customer_behind(identity: CustomerIdentity) -> Customer:
    """Return whose identity it is now, and keep it theirs until the transaction ends.

    Whoever writes a ticket that came by the identity asks here, so that no ticket is left with
    a customer whom the identity has just left.
    """
    return _locked(identity.pk).customer


def hold_identity_of(ticket_id: int) -> None:
    """Keep the ticket's identity where it is until the transaction ends.

    Taken before the ticket's own lock: a link takes the identity first and its tickets after.
    """
    rows = CustomerIdentity.objects.select_for_update(of=("self",), no_key=True)
    rows.filter(tickets=ticket_id).first()


def _move(
    identity: CustomerIdentity, to: int, *, evidence: str, confidence: Decimal, by, at, undoes=None
) -> IdentityEntry:
    entry = IdentityEntry.objects.create(
        identity=identity,
        source_id=identity.customer_id,
        target_id=to,
        confidence=confidence,
        confidence_before=identity.confidence,
        evidence=evidence,
        evidence_before=identity.evidence,
        undoes=undoes,
        by=by,
        at=at,
    )
    identity.customer_id, identity.evidence, identity.confidence = to, evidence, confidence
    identity.save(update_fields=["customer", "evidence", "confidence"])
    Ticket.objects.filter(identity=identity).update(requester_id=to)
    # Each ticket is found by all addresses of its customer: with one moved, both have other words.
    index_customers(entry.source_id, to)
    return entry


def _locked(identity_id: int) -> CustomerIdentity:
    # Without a join: whoever waited here would find no row where the customer has changed.
    return CustomerIdentity.objects.select_for_update(no_key=True).get(pk=identity_id)


def _lock_customers(*customer_ids: int) -> None:
    """Lock in the order of the keys, so that two opposite links cannot wait for each other.

    :raises Customer.DoesNotExist: if one of them is not there.
    """
    for pk in sorted(set(customer_ids)):
        Customer.objects.select_for_update(no_key=True).get(pk=pk)


def _refuse_incomplete(evidence: str, confidence: Decimal) -> None:
    if not evidence:
        raise CannotLinkIdentity(
            _("Say what shows that it is the same person, e.g. “same address and telephone”."),
            field="evidence",
        )
    if not Decimal("0.01") <= confidence <= 1:
        raise CannotLinkIdentity(_("The confidence is from 0.01 to 1."), field="confidence")


def _why_not(entry: IdentityEntry, last: IdentityEntry | None) -> str:
    if entry.undoes_id:
        return _("This took a link back; link again if it was wrong to do so.")
    if last is None or IdentityEntry.objects.filter(undoes=entry).exists():
        return _("This link was taken back already.")
    return _("%(identity)s was linked again later; take the later link back first.") % {
        "identity": entry.identity
    }
