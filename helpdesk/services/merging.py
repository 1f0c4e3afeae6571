"""Merging tickets of one concern, and undoing it.

Messages stay where they were written; the conversation of the living ticket shows them all. So
a merge loses nothing and can be undone at any time.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from helpdesk import events
from helpdesk.models import Status, Ticket, TimelineKind
from helpdesk.models.ticket import OURS_TO_MOVE
from helpdesk.rules import AFTER_CUSTOMER_MESSAGE
from helpdesk.services.lifecycle import set_status
from helpdesk.services.timeline import record


class CannotMerge(RuleViolation):
    code = "cannot_merge"


@transaction.atomic
def merge_ticket(ticket_id: int, *, into: int, by, at: datetime) -> Ticket:
    """Merge a ticket into another; later replies to it arrive there. Returns the target.

    :raises CannotMerge: into itself, into something merged or closed, or twice.
    """
    require(by, Act.MERGE)
    source, target = _lock_both(ticket_id, into)
    _refuse_impossible(source, target)
    before = source.status
    source.merged_into = source.merge_root = target
    source.status, source.closed_at = Status.CLOSED, at
    source.save(update_fields=["merged_into", "merge_root", "status", "closed_at"])
    Ticket.objects.filter(merge_root=source).update(merge_root=target)
    record(
        source, TimelineKind.MERGED, by=by, at=at, before=before, after=target.pk, into=target.pk
    )
    record(target, TimelineKind.MERGED, by=by, at=at, before=source.pk, source=source.pk)
    _wake(target, before, by=by, at=at)
    events.ticket_merged.send(Ticket, ticket=source, into=target, by=by, at=at)
    return target


@transaction.atomic
def unmerge_ticket(ticket_id: int, *, by, at: datetime) -> Ticket:
    """Take a merge back: the ticket and what was merged into it live on by themselves.

    :raises CannotMerge: if it is not merged.
    """
    require(by, Act.MERGE)
    source = Ticket.objects.locked(ticket_id)
    if source.merged_into_id is None:
        raise CannotMerge(_("Ticket %(number)d is not merged.") % {"number": source.pk})
    target = Ticket.objects.locked(source.merged_into_id)
    source.merged_into = source.merge_root = None
    source.status, source.closed_at = _status_before_merge(source), None
    source.save(update_fields=["merged_into", "merge_root", "status", "closed_at"])
    _give_new_root(source)
    record(source, TimelineKind.UNMERGED, by=by, at=at, before=target.pk, after=source.status)
    record(target, TimelineKind.UNMERGED, by=by, at=at, after=source.pk)
    events.ticket_unmerged.send(Ticket, ticket=source, source_of=target, by=by, at=at)
    return source


def living_ticket(ticket: Ticket) -> Ticket:
    """Return the ticket that now carries this one's conversation."""
    return ticket.merge_root if ticket.merge_root_id else ticket


def conversation_ids(ticket: Ticket) -> list[int]:
    """Return the ticket and everything merged into it, at any depth."""
    merged = Ticket.objects.filter(merge_root=ticket).values_list("pk", flat=True)
    return [ticket.pk, *merged]


def _wake(target: Ticket, source_status: str, *, by, at: datetime) -> None:
    """What was ours to answer still is: a waiting or solved target opens again."""
    wanted = AFTER_CUSTOMER_MESSAGE[target.status]
    if source_status in OURS_TO_MOVE and wanted != target.status:
        set_status(target, wanted, by=by, at=at)


def _lock_both(source_id: int, target_id: int) -> tuple[Ticket, Ticket]:
    """Lock in the order of the keys, so that two opposite merges cannot wait for each other."""
    locked = {pk: Ticket.objects.locked(pk) for pk in sorted({source_id, target_id})}
    return locked[source_id], locked[target_id]


def _refuse_impossible(source: Ticket, target: Ticket) -> None:
    if source.pk == target.pk:
        raise CannotMerge(_("A ticket cannot be merged into itself."), field="into")
    if source.merged_into_id:
        raise CannotMerge(
            _("Ticket %(number)d is merged into %(target)d already.")
            % {"number": source.pk, "target": source.merged_into_id}
        )
    if target.merged_into_id:
        raise CannotMerge(
            _("Ticket %(number)d was merged; choose %(target)d.")
            % {"number": target.pk, "target": target.merge_root_id},
            field="into",
        )
    if target.status == Status.CLOSED:
        raise CannotMerge(_("Ticket %(number)d is closed.") % {"number": target.pk}, field="into")


def _status_before_merge(source: Ticket) -> str:
    entry = source.timeline.filter(kind=TimelineKind.MERGED, facts__has_key="into").last()
    was = entry.before if entry else Status.OPEN
    return Status.OPEN if was == Status.CLOSED else was


def _give_new_root(source: Ticket) -> None:
    """Everything below the unmerged ticket follows it, level by level."""
    level = [source.pk]
    while level:
        below = Ticket.objects.filter(merged_into__in=level)
        level = list(below.values_list("pk", flat=True))
        below.update(merge_root=source)
