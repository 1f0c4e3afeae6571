"""Evidence: kept with its digest when it is added, never changed, checked whenever asked."""

import hashlib
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from escalations.canonical import digest_of
from escalations.models import Evidence, EvidenceKind, Investigation
from escalations.services.investigations import locked
from escalations.services.texts import line_of
from escalations.snapshots import message_snapshot, order_snapshot
from helpdesk.models import Message
from helpdesk.services.attachments import Upload, keep_file, refuse_too_large
from marketplaces.models import Buyer, Order

MAX_TITLE = 190
MAX_URL = 500


class LinkNotPossible(RuleViolation):
    code = "link_not_possible"


class NotOfThisTicket(RuleViolation):
    code = "not_of_this_ticket"


class Verdict(StrEnum):
    """What became of a piece of evidence: ``none`` is a link, of which nothing is kept."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    GONE = "gone"
    NONE = "none"


@transaction.atomic
def add_file(
    investigation_id: int, *, upload: Upload, title: str = "", source: str, by, at: datetime
) -> Evidence:
    """Keep a file with its SHA-256.

    :raises AttachmentRefused: for a file too large.
    """
    investigation = _investigated(investigation_id, by)
    refuse_too_large(upload)
    source = _line(source, "source")
    kept = keep_file(upload)
    return _add(
        investigation,
        EvidenceKind.FILE,
        title=_line(title or kept["filename"], "title", least=1),
        source=source,
        file=kept["storage_name"],
        file_name=kept["filename"],
        media_type=kept["content_type"],
        size=kept["size"],
        sha256=kept["sha256"],
        by=by,
        at=at,
    )


@transaction.atomic
def add_link(
    investigation_id: int, *, url: str, title: str, source: str = "", by, at: datetime
) -> Evidence:
    """Point at something elsewhere. What stands there is not kept, so there is no digest.

    :raises LinkNotPossible: for anything but an address with http or https and a host.
    """
    investigation = _investigated(investigation_id, by)
    host = _host_of(url)
    title, source = _line(title, "title"), _line(source or host[:MAX_TITLE], "source")
    return _add(
        investigation, EvidenceKind.LINK, title=title, source=source, url=url.strip(), by=by, at=at
    )


@transaction.atomic
def quote_message(
    investigation_id: int, *, message: Message, title: str = "", by, at: datetime
) -> Evidence:
    """Keep what was written, as it was, with the digests of its files.

    :raises NotOfThisTicket: for a message of another ticket; what was merged into it counts.
    """
    investigation = _investigated(investigation_id, by)
    ticket = investigation.ticket_id
    of_it = Message.objects.filter(Q(ticket=ticket) | Q(ticket__merge_root=ticket))
    if not of_it.filter(pk=message.pk).exists():
        raise NotOfThisTicket(_("The message is not of this ticket."), field="message")
    said = message_snapshot(message)
    return _add(
        investigation,
        EvidenceKind.MESSAGE,
        title=_line(title or message.get_kind_display(), "title"),
        source=_line(said["from"] or message.get_kind_display(), "source", least=1),
        message=message,
        snapshot=said,
        sha256=digest_of(said),
        by=by,
        at=at,
    )


@transaction.atomic
def snapshot_order(
    investigation_id: int, *, order: Order | None = None, by, at: datetime
) -> Evidence:
    """Keep an order as it stands at this moment: the ticket's, or another of the customer's.

    :raises NotOfThisTicket: if the ticket has no order, or the order is of somebody else.
    """
    investigation = _investigated(investigation_id, by)
    ticket = investigation.ticket
    order = Order.objects.with_lines().filter(pk=order.pk if order else ticket.order_id).first()
    if order is None:
        raise NotOfThisTicket(_("The ticket has no order."), field="order")
    theirs = Buyer.objects.filter(identity__customer=ticket.requester_id)
    if order.pk != ticket.order_id and not theirs.filter(pk=order.buyer_id).exists():
        raise NotOfThisTicket(_("The order is not this customer's."), field="order")
    said = order_snapshot(order)
    return _add(
        investigation,
        EvidenceKind.ORDER,
        title=_line(_("Order %(reference)s as it was") % {"reference": order}, "title"),
        source=_line(order.store.name, "source", least=1),
        snapshot=said,
        sha256=digest_of(said),
        by=by,
        at=at,
    )


def verify(evidence: Evidence) -> Verdict:
    """Compute the digest anew and compare it with the one that was kept."""
    if evidence.kind == EvidenceKind.LINK:
        return Verdict.NONE
    if evidence.kind != EvidenceKind.FILE:
        return _verdict(digest_of(evidence.snapshot), evidence)
    try:
        with default_storage.open(evidence.file.name) as content:
            return _verdict(hashlib.file_digest(content, "sha256").hexdigest(), evidence)
    except FileNotFoundError:
        return Verdict.GONE


def _verdict(digest: str, evidence: Evidence) -> Verdict:
    return Verdict.UNCHANGED if digest == evidence.sha256 else Verdict.CHANGED


def _investigated(investigation_id: int, by) -> Investigation:
    require(by, Act.INVESTIGATE)
    return locked(investigation_id)


def _add(investigation: Investigation, kind: str, *, by, at: datetime, **facts) -> Evidence:
    return Evidence.objects.create(
        investigation=investigation, kind=kind, added_at=at, added_by=by, **facts
    )


def _line(text: str, field: str, *, least: int = 2) -> str:
    return line_of(text, field=field, least=least, most=MAX_TITLE)


def _host_of(url: str) -> str:
    refusal = LinkNotPossible(
        _("Give an address that begins with https:// or http://."), field="url"
    )
    url = url.strip()
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError as error:
        raise refusal from error
    is_plain = url.isprintable() and " " not in url and len(url) <= MAX_URL
    if parts.scheme not in ("http", "https") or not host or parts.username or not is_plain:
        raise refusal
    return host
