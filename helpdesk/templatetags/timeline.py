"""The timeline in words and pictures: who did what. No queries, no decisions."""

from collections.abc import Callable

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from helpdesk.deadline_words import deadline_of, promise_of
from helpdesk.models import Priority, Severity, Status, TimelineEntry, TimelineKind
from helpdesk.models.timeline import IMPERSONAL

register = template.Library()

PICTURES = {
    "message.customer": "mail",
    "message.reply": "reply",
    "message.note": "lock",
    "message.automatic": "repeat",
    "message.left_out": "clip",
    "mail.sent": "check",
    "mail.failed": "warn",
    "mail.unknown": "warn",
    "mail.bounced": "warn",
    "mail.retried": "repeat",
    "ticket.opened": "inbox",
    "ticket.assigned": "person",
    "ticket.claimed": "person",
    "ticket.team": "people",
    "ticket.status": "flag",
    "ticket.solved": "check",
    "ticket.reopened": "undo",
    "ticket.closed": "check",
    "ticket.priority": "flag",
    "ticket.severity": "flag",
    "ticket.category": "board",
    "ticket.product_line": "board",
    "ticket.impact": "scale",
    "ticket.order": "box",
    "ticket.tagged": "hash",
    "ticket.untagged": "hash",
    "ticket.merged": "merge",
    "ticket.unmerged": "undo",
    "ticket.split": "split",
    "ticket.linked": "link",
    "ticket.unlinked": "link",
    "ticket.followed": "eye",
    "ticket.unfollowed": "eye",
    "sla.warned": "warn",
    "sla.breached": "warn",
    "sla.level": "warn",
    "escalation.escalated": "queue",
    "escalation.joined": "queue",
    "escalation.accepted": "check",
    "escalation.sent_back": "undo",
    "escalation.resubmitted": "queue",
    "escalation.decided": "scale",
    "escalation.handed_over": "person",
    "escalation.released": "queue",
    "escalation.withdrawn": "undo",
    "escalation.completed": "check",
    "inquiry.asked": "inquiry",
    "inquiry.answered": "inquiry",
    "inquiry.withdrawn": "inquiry",
}
TROUBLE = {
    "mail.failed": "late",
    "mail.bounced": "late",
    "mail.unknown": "near",
    "sla.warned": "near",
    "sla.breached": "late",
    "sla.level": "late",
}


@register.filter
def picture(entry: TimelineEntry) -> str:
    """The icon of an act."""
    return PICTURES.get(entry.kind, "pencil")


@register.filter
def tone(entry: TimelineEntry) -> str:
    return TROUBLE.get(entry.kind, "")


@register.simple_tag
def sentence(entry: TimelineEntry) -> SafeString:
    """Who did what, as one sentence, with the ticket it is about as a link."""
    predicate = PREDICATES.get(entry.kind, _plain)
    shape = "<b>{}</b>: {}" if entry.kind in IMPERSONAL else "<b>{}</b> {}"
    return format_html(shape, entry.who, predicate(entry))


def _plain(entry: TimelineEntry) -> SafeString:
    if not entry.before and not entry.after:
        return format_html("{}", entry.get_kind_display())
    steps = (_word(entry.kind, entry.before), _word(entry.kind, entry.after))
    return format_html("{}: {} → <b>{}</b>", entry.get_kind_display(), *steps)


def _bare(entry: TimelineEntry) -> SafeString:
    return format_html("{}", entry.get_kind_display())


def _assigned(entry: TimelineEntry) -> SafeString:
    if entry.after:
        return format_html(_("assigned the ticket to <b>{name}</b>"), name=entry.after)
    return format_html(_("took the ticket from <b>{name}</b>"), name=entry.before)


def _named(entry: TimelineEntry) -> SafeString:
    return format_html("{}: <b>{}</b>", entry.get_kind_display(), entry.after or entry.before)


def _merged(entry: TimelineEntry) -> SafeString:
    pair = (entry.ticket_id, _ticket_link(entry))
    source, target = pair if "into" in entry.facts else pair[::-1]
    return format_html(_("merged {source} into {target}"), source=source, target=target)


def _with_ticket(entry: TimelineEntry) -> SafeString:
    return format_html("{}: {}", entry.get_kind_display(), _ticket_link(entry))


def _opened(entry: TimelineEntry) -> SafeString:
    if not entry.before:
        return _bare(entry)
    return format_html(_("opened the ticket, split from {ticket}"), ticket=_ticket_link(entry))


def _deadline(entry: TimelineEntry) -> SafeString:
    """A deadline came near: <b>First reply</b>, Mon 2 Mar, 10:00."""
    words = format_html("{}: <b>{}</b>", entry.get_kind_display(), promise_of(entry))
    moment = deadline_of(entry)
    return format_html("{}, {}", words, moment) if moment else words


PREDICATES: dict[str, Callable[[TimelineEntry], SafeString]] = {
    TimelineKind.OPENED: _opened,
    TimelineKind.ASSIGNED: _assigned,
    TimelineKind.CLAIMED: _bare,
    TimelineKind.SOLVED: _bare,
    TimelineKind.REOPENED: _bare,
    TimelineKind.CLOSED: _bare,
    TimelineKind.TAGGED: _named,
    TimelineKind.UNTAGGED: _named,
    TimelineKind.MERGED: _merged,
    TimelineKind.UNMERGED: _with_ticket,
    TimelineKind.SPLIT: _with_ticket,
    TimelineKind.LINKED: _with_ticket,
    TimelineKind.UNLINKED: _with_ticket,
    TimelineKind.INQUIRY_ASKED: _named,
    TimelineKind.INQUIRY_ANSWERED: _named,
    TimelineKind.INQUIRY_WITHDRAWN: _named,
    TimelineKind.SLA_WARNED: _deadline,
    TimelineKind.SLA_BREACHED: _deadline,
    TimelineKind.SLA_LEVEL: _deadline,
}


#: What is kept as a code, and how it reads in the middle of a sentence.
CODES = {
    TimelineKind.STATUS_CHANGED: {status.value: status.label for status in Status},
    TimelineKind.PRIORITY_CHANGED: {one.name.lower(): one.label for one in Priority},
    TimelineKind.SEVERITY_CHANGED: {one.name.lower(): one.label for one in Severity},
}


def _word(kind: str, value: str) -> str:
    label = CODES.get(kind, {}).get(value)
    return str(label).lower() if label else value or _("nothing")


def _ticket_link(entry: TimelineEntry) -> SafeString | str:
    number = entry.after if entry.after.isdigit() else entry.before
    if not number.isdigit():
        return number
    return format_html('<a href="{}">{}</a>', reverse("helpdesk:ticket", args=[number]), number)
