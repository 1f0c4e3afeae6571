"""The contract of a gateway: one marketplace's operations in our vocabulary.

A gateway turns one marketplace's wire format into :mod:`marketplaces.gateways.shapes` and back. It
knows no model, no setting and no clock; it is given the store's addresses and credentials, and a
:class:`Wire` that keeps the documented rate, opens the breaker, writes the exchange down and sorts
what went wrong. What a marketplace does not offer is not in ``capabilities``, and is never faked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Protocol

import httpx

from marketplaces.gateways.refunding import RefundAnswer, RefundRequest
from marketplaces.gateways.shapes import (
    BuyerMessage,
    Claim,
    Order,
    OutgoingMessage,
    Page,
    Performance,
    Shipment,
)


class Capability(StrEnum):
    PULL_ORDERS = "pull_orders"
    GET_ORDER = "get_order"
    TRACKING = "tracking"
    RECEIVE_MESSAGES = "receive_messages"
    SEND_MESSAGE = "send_message"
    ISSUE_REFUND = "issue_refund"
    LOOK_UP_REFUND = "look_up_refund"
    CLAIMS = "claims"
    PERFORMANCE = "performance"


@dataclass(frozen=True, slots=True)
class Rate:
    """``per_second`` tokens flow into a bucket of ``burst``; ``source`` says where that stands.

    A call takes ``cost`` tokens. Operations with the same ``bucket`` share one, and then have the
    same figures; without a name an operation has its own. ``per_app`` counts for our application
    over all stores that are connected with it, instead of for each store. ``unit`` is what tokens
    stand for: what a marketplace tells about its limits counts only in the same one.
    """

    per_second: float
    burst: int
    source: str
    cost: float = 1.0
    bucket: str = ""
    per_app: bool = False
    unit: str = "requests"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in when a store is connected. A secret is encrypted and never shown."""

    name: str
    label: str
    is_secret: bool = False
    is_required: bool = True
    default: str = ""
    help: str = ""


@dataclass(frozen=True)
class Access:
    """Where a store's marketplace is, and who we are there. All of it comes from the connection.

    ``addresses`` are base URLs by name ("api", "token", "upload"), ``credentials`` are secrets,
    ``options`` the rest (seller id, market). Repr shows none of the secrets. ``credentials`` is
    read anew from the connection: look a secret up for each call and keep no copy, so that the
    next call after a rotation uses the new ones.
    """

    addresses: Mapping[str, str]
    credentials: Mapping[str, str] = field(repr=False)
    options: Mapping[str, str] = field(default_factory=dict)


class GatewayError(Exception):
    """A call did not end as wished. ``operation`` names it; words carry no secret."""

    def __init__(self, operation: str, words: str, *, status: int | None = None):
        super().__init__(f"{operation}: {words}")
        self.operation, self.words, self.status = operation, words, status


class GatewayRefused(GatewayError):
    """The marketplace said no, for good: the same call will be refused again."""

    def __init__(self, operation, words, *, status=None, code: str = ""):
        super().__init__(operation, words, status=status)
        self.code = code


class TryLater(GatewayError):
    """Nothing happened there, and the same call may do better in ``after`` seconds."""

    def __init__(self, operation, words, *, status=None, after: float | None = None):
        super().__init__(operation, words, status=status)
        self.after = after


class OutcomeUnknown(GatewayError):
    """The call may have had its effect. Look before it is made again."""


class NotOffered(GatewayError):
    """This marketplace has no such operation."""


class Wire(Protocol):
    """The only way out of a gateway."""

    def send(
        self,
        operation: str,
        request: httpx.Request,
        *,
        changes_something: bool = False,
    ) -> httpx.Response:
        """Send once, within the rate of ``operation``; return what came with a status under 400.

        ``operation`` is one of the gateway's ``rates``. Time-outs and redirects are the wire's.

        :raises TryLater: the bucket is empty, the breaker is open, 429, or a failure after which
            nothing can have happened (no connection; 5xx or time-out of a call that only reads).
        :raises OutcomeUnknown: time-out, lost connection or 5xx of a call that changes something.
        :raises GatewayRefused: any other status from 400 on.
        """
        ...

    def remember(self, name: str, fetch: Callable[[], tuple[str, float]]) -> str:
        """Return a text kept for this store, e.g. an access token; fetched when there is none.

        ``fetch`` returns the text and the seconds it may be kept. Kept encrypted, for all workers.
        """
        ...

    def forget(self, name: str) -> None:
        """Drop what is kept: the marketplace did not take the token any more."""
        ...


@dataclass(frozen=True, slots=True)
class Checked:
    """What a test of the connection found. ``missing`` names scopes or roles, in its own words."""

    account: str
    granted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Gateway(Protocol):
    """One store at one marketplace. Every method may raise what :meth:`Wire.send` raises."""

    name: ClassVar[str]
    capabilities: ClassVar[frozenset[Capability]]
    #: By operation; an operation without a documented rate has a careful one, and says so.
    rates: ClassVar[Mapping[str, Rate]]
    #: Base URLs by name with the marketplace's own as default.
    addresses: ClassVar[Mapping[str, str]]
    fields: ClassVar[tuple[Field, ...]]
    #: Seconds after a refund's unknown outcome from which a look that finds nothing is believed.
    sure_after: ClassVar[float]

    def __init__(self, access: Access, wire: Wire): ...

    def check(self) -> Checked:
        """Ask something harmless, and say what we may do there."""
        ...

    def pull_orders(self, cursor: str) -> Page[Order]:
        """Return orders changed since the cursor; ``""`` is the beginning.

        The same order may come twice, and within a page a newer change before an older one; none
        that changed is left out, nor one that changes while pages are walked.
        """
        ...

    def get_order(self, reference: str) -> Order: ...

    def tracking(self, reference: str) -> tuple[Shipment, ...]: ...

    def receive_messages(self, cursor: str) -> Page[BuyerMessage]: ...

    def send_message(self, message: OutgoingMessage) -> str:
        """Send once and return the marketplace's number of the message, or an empty text."""
        ...

    def issue_refund(self, refund: RefundRequest) -> RefundAnswer:
        """Ask for the money to go back, once. After ``OutcomeUnknown``: :meth:`look_up_refund`."""
        ...

    def look_up_refund(self, refund: RefundRequest, reference: str = "") -> RefundAnswer | None:
        """Return how the refund stands there, or nothing: it has not been made, or not yet shown.

        After ``OutcomeUnknown`` nothing is believed only ``sure_after`` seconds later.
        """
        ...

    def pull_claims(self, cursor: str) -> Page[Claim]: ...

    def performance(self) -> tuple[Performance, ...]: ...
