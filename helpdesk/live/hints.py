"""Publishing hints. A hint that is lost is made good by polling, so nothing here ever fails."""

import logging
from collections.abc import Iterable

from redis.exceptions import RedisError

from helpdesk.live.audience import audience_of, lost_by, readers_of
from helpdesk.live.connection import live_redis
from helpdesk.live.names import KEPT_HINTS, STREAM, Hint, person_topic
from helpdesk.models import Ticket, TimelineEntry, TimelineKind

logger = logging.getLogger(__name__)


def tell_of(ticket: Ticket, entry: TimelineEntry) -> None:
    """Tell whoever may see the ticket that it changed. To be called after the commit.

    Of several entries that one act writes only the last is told. Whoever may have lost the
    ticket from sight hears that their lists changed, and not by which ticket. Of what is
    restricted only those hear who may read it.
    """
    if entry.restriction:
        publish(Hint("ticket", ticket.pk, entry.pk), to=readers_of(entry))
        return
    lost = lost_by(entry.facts)
    if lost:
        publish(Hint("lists"), to=lost)
    is_given = entry.kind == TimelineKind.ASSIGNED and ticket.assignee_id not in (
        None,
        entry.actor_id,
    )
    if is_given:
        given = Hint("assigned", ticket.pk, entry.pk)
        publish(given, to=[person_topic(ticket.assignee_id)])
    if ticket.last_event == entry.pk:
        audience = audience_of(ticket.pk)
        publish(Hint("ticket", ticket.pk, audience.version), to=audience.topics)


def tell_of_presence(ticket_id: int, *, to: Iterable[str]) -> None:
    publish(Hint("presence", ticket_id), to=to)


def publish(hint: Hint, *, to: Iterable[str]) -> None:
    _add({"hint": hint.written(), "to": " ".join(to)})


def renew(topic: str) -> None:
    """End the streams of whoever hears the topic: their browsers come back with new rights."""
    _add({"renew": topic})


def _add(fields: dict[str, str]) -> None:
    try:
        live_redis().xadd(STREAM, fields, maxlen=KEPT_HINTS, approximate=True)
    except (RedisError, OSError) as error:
        logger.warning("A hint was lost: %s", error)
