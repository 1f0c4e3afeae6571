"""What marketplaces demand of whoever sells there: calendar time, whatever a policy says. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class ChannelPromise:
    """A reply is due ``within`` of the customer's message; ``source`` says who demands it."""

    channel: str
    within: timedelta
    source: str


#: How long before the deadline people are warned where no policy says otherwise.
DEFAULT_WARNINGS = (timedelta(hours=4), timedelta(hours=1))

CHANNEL_PROMISES: Mapping[str, ChannelPromise] = MappingProxyType(
    {
        promise.channel: promise
        for promise in (
            ChannelPromise(
                "amazon",
                timedelta(hours=24),
                _(
                    "Amazon wants every buyer's message answered within 24 hours, on weekends and"
                    " holidays too; automatic answers do not count."
                ),
            ),
            ChannelPromise(
                "walmart",
                timedelta(hours=48),
                _(
                    "Walmart wants every customer's message answered within 48 hours, on weekends"
                    " and holidays too."
                ),
            ),
        )
    }
)
