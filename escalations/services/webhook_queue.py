"""Deliveries are owed: rows written in the transaction of the act they tell of."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from escalations import events
from escalations.models import (
    Escalation,
    Inquiry,
    SLAClock,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)
from escalations.webhook_news import (
    body_of,
    clock_facts,
    escalation_facts,
    event_of,
    inquiry_facts,
    ticket_facts,
)
from helpdesk.models import Status, Ticket, TimelineEntry, TimelineKind

MAY_BE_TAKEN_BACK = (WebhookEvent.TICKET_REPLIED, WebhookEvent.TICKET_SOLVED)
CLOCK_EVENTS = (WebhookEvent.SLA_WARNED, WebhookEvent.SLA_BREACHED)


def tell_outside(ticket: Ticket, entry: TimelineEntry) -> list[WebhookDelivery]:
    """Owe a delivery to every endpoint that wants to hear of what was just written down.

    Needs the act's transaction. A reply, and that it solved the ticket, is told once it can no
    longer be taken back.
    """
    if entry.kind == TimelineKind.REPLY_RETRACTED:
        _forget_the_reply(ticket, entry)
        return []
    event = event_of(entry)
    endpoints = list(WebhookEndpoint.objects.wanting(event)) if event else []
    if not endpoints:
        return []
    facts = {"entry": entry.pk, "ticket": ticket_facts(ticket), **_facts_about(event, entry)}
    seconds = settings.UNDO_SEND_SECONDS if event in MAY_BE_TAKEN_BACK else 0
    after = timedelta(seconds=seconds)
    return queue(endpoints, event, source=_source(entry), facts=facts, at=entry.at, after=after)


def queue(
    endpoints: list[WebhookEndpoint],
    event: str,
    *,
    source: str,
    facts: Mapping,
    at: datetime,
    after: timedelta = timedelta(),
) -> list[WebhookDelivery]:
    """Write one delivery per endpoint. What a paused endpoint should hear of waits."""
    body = body_of(event, source=source, at=at, facts=facts)
    rows = WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            endpoint=endpoint,
            event=event,
            source=source,
            body=body,
            created_at=at,
            next_attempt_at=None if endpoint.paused_at else at + after,
        )
        for endpoint in endpoints
    )
    events.webhooks_queued.send(WebhookDelivery, deliveries=rows, at=at)
    return rows


def _facts_about(event: str, entry: TimelineEntry) -> dict:
    if event in CLOCK_EVENTS:
        clock = SLAClock.objects.get(pk=entry.facts["clock"])
        return {"clock": clock_facts(clock, entry)}
    if event == WebhookEvent.INQUIRY_ANSWERED:
        return {"inquiry": inquiry_facts(Inquiry.objects.get(pk=entry.facts["inquiry"]))}
    if event.startswith("escalation."):
        escalations = Escalation.objects.select_related("version")
        return {"escalation": escalation_facts(escalations.get(pk=entry.facts["escalation"]))}
    return {}


def _source(entry: TimelineEntry) -> str:
    return f"entry:{entry.pk}"


def _forget_the_reply(ticket: Ticket, entry: TimelineEntry) -> None:
    taken_back = Q(kind=TimelineKind.REPLIED, message=entry.message)
    if ticket.status != Status.SOLVED:
        at = entry.message.written_at
        taken_back |= Q(kind=TimelineKind.SOLVED, actor=entry.actor, at=at)
    sources = [_source(one) for one in ticket.timeline.filter(taken_back)]
    WebhookDelivery.objects.waiting().filter(source__in=sources, attempts=0).delete()
