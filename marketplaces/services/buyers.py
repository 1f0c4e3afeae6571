"""Who buys in a store: writing down what a marketplace or a file tells of its buyers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from marketplaces import events
from marketplaces.gateways import shapes
from marketplaces.models import Buyer, Store


class Outcome(StrEnum):
    """What became of something that was told. ``OLDER`` than what is known changes nothing."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    OLDER = "older"


@dataclass(frozen=True)
class RecordedBuyers:
    buyers: dict[str, Buyer]
    outcomes: dict[str, Outcome]


def record_buyers(told: Iterable[shapes.Buyer], *, store: Store, at: datetime) -> RecordedBuyers:
    """Bring buyers in line with what was told; both answers are by account.

    What is told empty takes nothing away. Needs a transaction that holds the store's lock. Sends
    ``buyers_recorded`` with the names that changed buyers had before.
    """
    said = {one.external_id: one for one in told}
    known = Buyer.objects.filter(store=store, external_id__in=list(said))
    buyers = {buyer.external_id: buyer for buyer in known}
    outcomes = dict.fromkeys(buyers, Outcome.UNCHANGED)
    names_before = {buyer.pk: buyer.name for buyer in buyers.values()}
    changed = [buyer for buyer in buyers.values() if _take_over(buyer, said[buyer.external_id])]
    fresh = Buyer.objects.bulk_create(
        Buyer(store=store, **_fields(one)) for key, one in said.items() if key not in buyers
    )
    if changed:
        Buyer.objects.bulk_update(changed, ["name", "email", "phone"])
    outcomes |= {buyer.external_id: Outcome.UPDATED for buyer in changed}
    outcomes |= {buyer.external_id: Outcome.CREATED for buyer in fresh}
    if fresh or changed:
        events.buyers_recorded.send(
            Buyer, store=store, fresh=fresh, changed=changed, names_before=names_before, at=at
        )
    return RecordedBuyers(buyers | {buyer.external_id: buyer for buyer in fresh}, outcomes)


def _fields(told: shapes.Buyer) -> dict[str, str]:
    return {
        "external_id": told.external_id,
        "name": told.name[:190],
        "email": told.email.lower()[:254],
        "phone": told.phone[:40],
    }


def _take_over(buyer: Buyer, told: shapes.Buyer) -> bool:
    """Write what is told; an order that tells less of its buyer than another takes nothing."""
    said = {name: value for name, value in _fields(told).items() if value}
    is_new = any(getattr(buyer, name) != value for name, value in said.items())
    for name, value in said.items():
        setattr(buyer, name, value)
    return is_new
