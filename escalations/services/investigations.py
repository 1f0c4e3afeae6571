"""Investigations: a question, findings, causes, a conclusion. Completed, nothing of it changes."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.models import User
from accounts.permissions import require
from accounts.rules import Act, may
from escalations.models import Finding, Investigation, RootCause
from escalations.services.root_causes import causes_offered
from escalations.services.texts import line_of, words_of
from helpdesk.models import Ticket, TimelineKind
from helpdesk.services.audience import who_may_see
from helpdesk.services.timeline import record


class InvestigationIsLocked(RuleViolation):
    code = "investigation_is_locked"


class NotReadyToComplete(RuleViolation):
    code = "not_ready_to_complete"


class CauseNotOffered(RuleViolation):
    code = "root_cause_not_offered"


class EvidenceUnknown(RuleViolation):
    code = "evidence_unknown"


class TicketWasMerged(RuleViolation):
    code = "ticket_was_merged"


class OwnerNotPossible(RuleViolation):
    code = "owner_not_possible"


@transaction.atomic
def open_investigation(
    ticket_id: int, *, question: str, owner: User | None = None, by, at: datetime
) -> Investigation:
    """Ask why something happened. A ticket may have several questions, and a closed one too.

    :raises TicketWasMerged: it goes on in the ticket it was merged into.
    :raises OwnerNotPossible: for somebody who cannot investigate or does not see the ticket.
    """
    require(by, Act.INVESTIGATE)
    ticket = Ticket.objects.locked(ticket_id)
    if ticket.merge_root_id:
        number = {"number": ticket.merge_root_id}
        raise TicketWasMerged(_("The ticket was merged; ask on %(number)d.") % number)
    question = words_of(question, field="question", least=10)
    owner = owner or by
    _refuse_owner(owner, ticket)
    investigation = Investigation.objects.create(
        ticket=ticket, question=question, owner=owner, opened_at=at
    )
    record(
        ticket, TimelineKind.INVESTIGATION_OPENED, by=by, at=at,
        after=_first_line(question), investigation=investigation.pk,
    )  # fmt: skip
    return investigation


@transaction.atomic
def add_finding(
    investigation_id: int, *, text: str, evidence: Iterable[int] = (), by, at: datetime
) -> Finding:
    """Write down what was found. Of a completed investigation it is an addendum.

    ``evidence`` are ids of the same investigation's.

    :raises EvidenceUnknown: for evidence of another investigation.
    """
    require(by, Act.INVESTIGATE)
    investigation = locked(investigation_id)
    wanted = set(evidence)
    shown = list(investigation.evidence.filter(pk__in=wanted))
    if len(shown) < len(wanted):
        raise EvidenceUnknown(_("This is not among the evidence here."), field="evidence")
    finding = Finding.objects.create(
        investigation=investigation,
        text=words_of(text, field="text"),
        is_addendum=investigation.completed_at is not None,
        found_at=at,
        found_by=by,
    )
    finding.evidence.set(shown)
    return finding


@transaction.atomic
def choose_causes(
    investigation_id: int, *, root_cause: RootCause, contributing: Iterable[RootCause] = (), by
) -> Investigation:
    """Say what the root cause is, and what contributed to it.

    :raises InvestigationIsLocked: once it is completed.
    :raises CauseNotOffered: for a group, a retired cause, or a root cause that contributes too.
    """
    require(by, Act.INVESTIGATE)
    investigation = locked(investigation_id)
    _refuse_locked(investigation)
    contributing = list(contributing)
    _refuse_causes(investigation, root_cause, contributing)
    investigation.root_cause = root_cause
    investigation.save(update_fields=["root_cause"])
    investigation.contributing.set(contributing)
    return investigation


@transaction.atomic
def hand_investigation_over(investigation_id: int, *, owner: User, by) -> Investigation:
    """Give an open investigation to somebody else.

    :raises InvestigationIsLocked: once it is completed.
    :raises OwnerNotPossible: for somebody who cannot investigate or does not see the ticket.
    """
    require(by, Act.INVESTIGATE)
    investigation = locked(investigation_id)
    _refuse_locked(investigation)
    _refuse_owner(owner, investigation.ticket)
    investigation.owner = owner
    investigation.save(update_fields=["owner"])
    return investigation


@transaction.atomic
def complete_investigation(
    investigation_id: int, *, conclusion: str, by, at: datetime
) -> Investigation:
    """Close the book: question, findings, causes and evidence stay; later words are appended.

    :raises NotReadyToComplete: without a root cause or a finding.
    :raises InvestigationIsLocked: if it is completed already.
    """
    require(by, Act.INVESTIGATE)
    ticket = Ticket.objects.locked(Investigation.objects.get(pk=investigation_id).ticket_id)
    investigation = locked(investigation_id)
    _refuse_locked(investigation)
    if investigation.root_cause_id is None:
        raise NotReadyToComplete(_("Choose the root cause first."), field="root_cause")
    if not investigation.findings.exists():
        raise NotReadyToComplete(_("Write down a finding first."), field="text")
    investigation.conclusion = words_of(conclusion, field="conclusion", least=10)
    investigation.completed_at, investigation.completed_by = at, by
    investigation.save(update_fields=["conclusion", "completed_at", "completed_by"])
    record(
        ticket, TimelineKind.INVESTIGATION_COMPLETED, by=by, at=at,
        after=investigation.root_cause, investigation=investigation.pk,
    )  # fmt: skip
    return investigation


def locked(investigation_id: int) -> Investigation:
    """Take the investigation's lock. Needs a transaction; the ticket's lock is taken before."""
    rows = Investigation.objects.select_related("ticket__team", "root_cause")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=investigation_id)


def _refuse_locked(investigation: Investigation) -> None:
    if investigation.completed_at is not None:
        raise InvestigationIsLocked(
            _("The investigation is completed; add a finding, it is kept as an addendum.")
        )


def _refuse_owner(owner: User, ticket: Ticket) -> None:
    sees_it = who_may_see(ticket).filter(pk=owner.pk).exists()
    if not sees_it or not may(owner, Act.INVESTIGATE):
        raise OwnerNotPossible(
            _("%(name)s does not see this ticket or does not investigate.") % {"name": owner},
            field="owner",
        )


def _refuse_causes(
    investigation: Investigation, root_cause: RootCause, contributing: list[RootCause]
) -> None:
    """What was chosen before may stay, retired or not."""
    kept = {investigation.root_cause_id, *investigation.contributing.values_list("pk", flat=True)}
    offered = kept | set(causes_offered().values_list("pk", flat=True))
    for field, cause in [("root_cause", root_cause), *(("contributing", c) for c in contributing)]:
        if cause.pk not in offered:
            message = _("“%(name)s” is not a cause that can be chosen.") % {"name": cause}
            raise CauseNotOffered(message, field=field)
    if root_cause in contributing:
        message = _("The root cause is not among what contributed to it.")
        raise CauseNotOffered(message, field="contributing")


def _first_line(question: str) -> str:
    return line_of(question, field="question", most=len(question))[:250]
