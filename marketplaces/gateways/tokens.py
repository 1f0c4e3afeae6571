"""Access tokens: kept by the wire for all workers, fetched anew once when they are not taken."""

from collections.abc import Callable
from typing import TypeVar

from marketplaces.gateways.base import GatewayRefused, Wire

T = TypeVar("T")

#: A token is given up this long before it ends: a call on its way must still arrive in time.
MARGIN_SECONDS = 60.0


def with_token(
    wire: Wire,
    fetch: Callable[[], tuple[str, float]],
    call: Callable[[str], T],
    *,
    name: str = "access_token",
    refused: tuple[int, ...] = (401,),
) -> T:
    """Make a call with the kept token; when it is refused for the token, once with a fresh one.

    A call that is refused for its token had no effect, so also one that changes something may be
    made again.
    """
    try:
        return call(wire.remember(name, fetch))
    except GatewayRefused as error:
        if error.status not in refused:
            raise
    wire.forget(name)
    return call(wire.remember(name, fetch))


def lifetime(seconds: float | str) -> float:
    """Return how long a token of that lifetime may be kept."""
    return max(float(seconds) - MARGIN_SECONDS, 1.0)
