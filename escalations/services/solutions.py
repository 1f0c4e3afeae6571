"""Tailored solutions: what this one case gets, part by part, and the text that says so.

Money is only planned here. It moves through refunds, which say so by ``settle_component``; no
page and no REST call reaches that, so nobody marks money as paid that was not.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.models import User
from accounts.permissions import require
from accounts.rules import Act, may
from escalations.models import (
    MONEY,
    ComponentKind,
    ComponentState,
    SolutionComponent,
    SolutionPlan,
)
from escalations.services.texts import line_of, words_of
from escalations.solution_text import Part, draft_text
from helpdesk.models import Draft, DraftMode, Ticket, TimelineKind
from helpdesk.services.drafts import MAX_TEXT, save_draft
from helpdesk.services.timeline import record
from marketplaces.money import Money

MOST_PARTS = 20


class PartNotPossible(RuleViolation):
    code = "solution_part_not_possible"


class PartHasEnded(RuleViolation):
    code = "solution_part_has_ended"


class MoneyMovesThroughRefunds(RuleViolation):
    code = "money_moves_through_refunds"


class NothingPlanned(RuleViolation):
    code = "nothing_planned"


@transaction.atomic
def plan_part(
    ticket_id: int,
    *,
    kind: str,
    amount: Money | None = None,
    note: str = "",
    owner: User | None = None,
    by,
    at: datetime,
) -> SolutionComponent:
    """Add a part to the ticket's plan, making the plan with the first.

    :raises PartNotPossible: for money without an amount, an amount that is no money, a merged
        ticket, or more than 20 parts.
    """
    require(by, Act.PLAN_SOLUTION)
    ticket = Ticket.objects.locked(ticket_id)
    _refuse_merged(ticket)
    _refuse_amount(kind, amount)
    owner = owner or by
    _refuse_owner(owner)
    plan, _is_new = SolutionPlan.objects.get_or_create(
        ticket=ticket, defaults={"made_at": at, "made_by": by}
    )
    if plan.components.count() >= MOST_PARTS:
        raise PartNotPossible(_("A plan has at most %(limit)d parts.") % {"limit": MOST_PARTS})
    part = SolutionComponent.objects.create(
        plan=plan,
        kind=kind,
        **_money(amount),
        note=line_of(note, field="note", least=0),
        owner=owner,
        added_at=at,
    )
    _tell(ticket, part, _("planned"), by=by, at=at)
    return part


@transaction.atomic
def change_part(part_id: int, *, by, at: datetime, **facts) -> SolutionComponent:
    """Change ``amount``, ``note`` or ``owner`` of a part that is still planned.

    :raises PartHasEnded: once it is done or dropped.
    """
    require(by, Act.PLAN_SOLUTION)
    ticket, part = _planned(part_id)
    if "amount" in facts:
        _refuse_amount(part.kind, facts["amount"])
        for name, value in _money(facts["amount"]).items():
            setattr(part, name, value)
    if "note" in facts:
        part.note = line_of(facts["note"], field="note", least=0)
    if "owner" in facts:
        _refuse_owner(facts["owner"])
        part.owner = facts["owner"]
    part.save(update_fields=["amount_minor", "currency", "note", "owner"])
    _tell(ticket, part, _("changed"), by=by, at=at)
    return part


@transaction.atomic
def finish_part(part_id: int, *, by, at: datetime) -> SolutionComponent:
    """Say that a part is done: sent, written, delivered.

    :raises MoneyMovesThroughRefunds: for a part that is money.
    :raises PartHasEnded: if it is done or dropped.
    """
    require(by, Act.PLAN_SOLUTION)
    ticket, part = _planned(part_id)
    if part.kind in MONEY:
        raise MoneyMovesThroughRefunds(
            _("Money moves through refunds; it is done here when the refund is.")
        )
    return _end(ticket, part, ComponentState.DONE, _("done"), by=by, at=at)


@transaction.atomic
def drop_part(part_id: int, *, by, at: datetime) -> SolutionComponent:
    """Give a part up; it stays in the plan as dropped.

    :raises PartHasEnded: if it is done or dropped.
    """
    require(by, Act.PLAN_SOLUTION)
    ticket, part = _planned(part_id)
    return _end(ticket, part, ComponentState.DROPPED, _("dropped"), by=by, at=at)


@transaction.atomic
def settle_component(part_id: int, *, by: User | None, at: datetime) -> SolutionComponent:
    """Say that the money of a part has moved: for refunds, once it has; no door calls this.

    :raises PartNotPossible: for a part that is no money.
    :raises PartHasEnded: if it is done or dropped.
    """
    ticket, part = _planned(part_id)
    if part.kind not in MONEY:
        raise PartNotPossible(_("This part is no money."))
    return _end(ticket, part, ComponentState.DONE, _("done"), by=by, at=at)


@transaction.atomic
def draft_customer_text(ticket_id: int, *, by, at: datetime) -> SolutionPlan:
    """Write the text anew from the parts, in the customer's language, over what stood there.

    :raises NothingPlanned: without a part that is not dropped.
    """
    require(by, Act.PLAN_SOLUTION)
    ticket, plan = _plan_of(ticket_id)
    kept = plan.components.exclude(state=ComponentState.DROPPED).order_by("pk")
    parts = [_part(component) for component in kept]
    if not parts:
        raise NothingPlanned(_("Plan something first."))
    customer = ticket.requester
    plan.customer_text = draft_text(parts, name=customer.name, language=customer.language)
    plan.save(update_fields=["customer_text"])
    return plan


@transaction.atomic
def write_customer_text(ticket_id: int, *, text: str, by) -> SolutionPlan:
    """Keep the text as somebody edited it.

    :raises NothingPlanned: without a plan.
    """
    require(by, Act.PLAN_SOLUTION)
    _ticket, plan = _plan_of(ticket_id)
    plan.customer_text = words_of(text, field="text", least=0, most=20_000)
    plan.save(update_fields=["customer_text"])
    return plan


@transaction.atomic
def put_into_reply(ticket_id: int, *, by, at: datetime) -> Draft:
    """Put the text into the person's own draft of a reply, below what they have begun to write.

    :raises NothingPlanned: without a text.
    :raises DraftRefused: if the draft becomes longer than a message may be.
    """
    require(by, Act.PLAN_SOLUTION)
    _ticket, plan = _plan_of(ticket_id)
    if not plan.customer_text:
        raise NothingPlanned(_("Draft the text for the customer first."))
    begun = Draft.objects.filter(ticket=ticket_id, user=by, mode=DraftMode.REPLY).first()
    said = begun.text.strip() if begun else ""
    if plan.customer_text in said:
        return begun
    text = "\n\n".join(filter(None, [said, plan.customer_text]))
    return save_draft(ticket_id, mode=DraftMode.REPLY, text=text[: MAX_TEXT + 1], by=by, at=at)


def _plan_of(ticket_id: int) -> tuple[Ticket, SolutionPlan]:
    ticket = Ticket.objects.locked(ticket_id)
    plan = SolutionPlan.objects.filter(ticket=ticket).first()
    if plan is None:
        raise NothingPlanned(_("Plan something first."))
    return ticket, plan


def _planned(part_id: int) -> tuple[Ticket, SolutionComponent]:
    """The ticket's row is the lock of its whole plan."""
    parts = SolutionComponent.objects.select_related("plan")
    ticket = Ticket.objects.locked(parts.get(pk=part_id).plan.ticket_id)
    part = parts.get(pk=part_id)
    if part.state != ComponentState.PLANNED:
        state = {"state": part.get_state_display().lower()}
        raise PartHasEnded(_("The part is %(state)s already.") % state)
    return ticket, part


def _end(ticket: Ticket, part: SolutionComponent, state: str, did: str, *, by, at: datetime):
    part.state, part.ended_at, part.ended_by = state, at, by
    part.save(update_fields=["state", "ended_at", "ended_by"])
    _tell(ticket, part, did, by=by, at=at)
    return part


def _tell(ticket: Ticket, part: SolutionComponent, did: str, *, by, at: datetime) -> None:
    money = f" {part.amount}" if part.amount else ""
    record(
        ticket, TimelineKind.SOLUTION_CHANGED, by=by, at=at,
        after=f"{part.get_kind_display()}{money}: {did}", part=part.pk, state=part.state,
    )  # fmt: skip


def _part(component: SolutionComponent) -> Part:
    is_done = component.state == ComponentState.DONE
    return Part(component.kind, component.amount, component.note, is_done)


def _money(amount: Money | None) -> dict:
    return {"amount_minor": amount and amount.minor, "currency": amount.currency if amount else ""}


def _refuse_amount(kind: str, amount: Money | None) -> None:
    name = {"kind": ComponentKind(kind).label}
    if kind in MONEY and (amount is None or amount.minor <= 0):
        raise PartNotPossible(_("“%(kind)s” needs an amount.") % name, field="amount")
    if kind not in MONEY and amount is not None:
        raise PartNotPossible(_("“%(kind)s” has no amount.") % name, field="amount")


def _refuse_owner(owner: User) -> None:
    if not may(owner, Act.PLAN_SOLUTION):
        message = _("%(name)s does not plan solutions.") % {"name": owner}
        raise PartNotPossible(message, field="owner")


def _refuse_merged(ticket: Ticket) -> None:
    if ticket.merge_root_id:
        number = {"number": ticket.merge_root_id}
        raise PartNotPossible(_("The ticket was merged; plan on %(number)d.") % number)
