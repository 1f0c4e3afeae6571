"""What may follow what on a ticket. Pure: no queries, no clock, no settings."""

import unicodedata

from helpdesk.models import Status

#: From which statuses an agent may move a ticket where. ``closed`` is final: a customer's later
#: message opens a follow-up. Only the system closes.
MAY_BECOME: dict[str, frozenset[str]] = {
    Status.NEW: frozenset({Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.SOLVED}),
    Status.OPEN: frozenset({Status.PENDING, Status.ON_HOLD, Status.SOLVED}),
    Status.PENDING: frozenset({Status.OPEN, Status.ON_HOLD, Status.SOLVED}),
    Status.ON_HOLD: frozenset({Status.OPEN, Status.PENDING, Status.SOLVED}),
    Status.SOLVED: frozenset({Status.OPEN, Status.CLOSED}),
    Status.CLOSED: frozenset(),
}

#: Where a customer's message moves the ticket; a closed one gets a follow-up instead.
AFTER_CUSTOMER_MESSAGE: dict[str, str] = {
    Status.NEW: Status.NEW,
    Status.OPEN: Status.OPEN,
    Status.PENDING: Status.OPEN,
    Status.ON_HOLD: Status.OPEN,
    Status.SOLVED: Status.OPEN,
}


def may_become(status: str, wanted: str) -> bool:
    return wanted in MAY_BECOME[status]


def statuses_for_choice(status: str) -> list[str]:
    """Return what an agent may choose on a ticket of this status, in the field's usual order."""
    return [wanted for wanted in Status.values if wanted in MAY_BECOME[status] - {Status.CLOSED}]


def tag_name(text: str) -> str:
    """Write a tag the one way it is stored: lower case, single spaces, composed characters."""
    return " ".join(unicodedata.normalize("NFC", text).lower().split())
