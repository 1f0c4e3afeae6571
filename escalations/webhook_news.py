"""What a delivery says: numbers, kinds, states, times and where to look. Pure of queries.

No word of a customer or a colleague, no name, no address. Of what is restricted only an answered
inquiry is told, and of that only that there is an answer.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse

from escalations.models import Escalation, Inquiry, SLAClock, WebhookEvent
from helpdesk.models import Priority, Ticket, TimelineEntry, TimelineKind

#: Which entries of a timeline are told.
EVENT_OF: dict[str, str] = {
    TimelineKind.OPENED: WebhookEvent.TICKET_OPENED,
    TimelineKind.REPLIED: WebhookEvent.TICKET_REPLIED,
    TimelineKind.SOLVED: WebhookEvent.TICKET_SOLVED,
    TimelineKind.SLA_WARNED: WebhookEvent.SLA_WARNED,
    TimelineKind.SLA_BREACHED: WebhookEvent.SLA_BREACHED,
    TimelineKind.ESCALATED: WebhookEvent.ESCALATED,
    TimelineKind.ESCALATION_ACCEPTED: WebhookEvent.ACCEPTED,
    TimelineKind.ESCALATION_SENT_BACK: WebhookEvent.SENT_BACK,
    TimelineKind.ESCALATION_COMPLETED: WebhookEvent.COMPLETED,
    TimelineKind.INQUIRY_ANSWERED: WebhookEvent.INQUIRY_ANSWERED,
}


def event_of(entry: TimelineEntry) -> str | None:
    """Return what an entry is told as, or None where nobody outside hears of it."""
    event = EVENT_OF.get(entry.kind)
    if entry.restriction and event != WebhookEvent.INQUIRY_ANSWERED:
        return None
    return event


def body_of(event: str, *, source: str, at: datetime, facts: Mapping) -> str:
    """Write a delivery as it is signed and sent."""
    news = {"event": event, "source": source, "at": utc(at), **facts}
    return json.dumps(news, separators=(",", ":"))


def ticket_facts(ticket: Ticket) -> dict:
    path = reverse("helpdesk:ticket", args=[ticket.pk])
    return {
        "number": ticket.pk,
        "status": ticket.status,
        "priority": Priority(ticket.priority).name.lower(),
        "channel": ticket.channel,
        "team": ticket.team_id,
        "category": ticket.category_id,
        "page": f"{settings.SITE_URL}{path}",
    }


def clock_facts(clock: SLAClock, entry: TimelineEntry) -> dict:
    return {
        "id": clock.pk,
        "metric": clock.metric,
        "state": clock.state,
        "deadline": entry.facts.get("deadline"),
        "fell_due_at": entry.facts.get("due"),
    }


def escalation_facts(escalation: Escalation) -> dict:
    return {
        "id": escalation.pk,
        "state": escalation.state,
        "route": escalation.version.route_id,
        "team": escalation.team_id,
        "from_team": escalation.from_team_id,
        "returns": escalation.returns,
        "is_binding": escalation.is_binding,
        "outcome": escalation.outcome,
        "escalated_at": utc(escalation.escalated_at),
        "accepted_at": utc(escalation.accepted_at),
        "ended_at": utc(escalation.ended_at),
    }


def inquiry_facts(inquiry: Inquiry) -> dict:
    if inquiry.restriction:
        return {"is_restricted": True}
    return {
        "is_restricted": False,
        "id": inquiry.pk,
        "department": inquiry.department_id,
        "state": inquiry.state,
        "asked_at": utc(inquiry.asked_at),
        "ended_at": utc(inquiry.ended_at),
    }


def utc(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
