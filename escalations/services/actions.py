"""Corrective and preventive actions: who does what until when, of an investigation or a problem."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.models import User
from accounts.permissions import require
from accounts.rules import Act, may
from escalations.models import CorrectiveAction, Investigation, Problem
from escalations.services.texts import line_of
from helpdesk.services.audience import who_may_see

#: Nobody plans a corrective action further ahead.
LONGEST = timedelta(days=3 * 365)


class ActionIsDone(RuleViolation):
    code = "action_is_done"


class DayNotPossible(RuleViolation):
    code = "day_not_possible"


class OwnerSeesNothing(RuleViolation):
    code = "owner_sees_nothing"


@transaction.atomic
def add_action(
    *,
    kind: str,
    text: str,
    owner: User,
    due_on: date,
    investigation: Investigation | None = None,
    problem: Problem | None = None,
    by,
    at: datetime,
) -> CorrectiveAction:
    """Agree on an action of an investigation, completed or not, or of a problem.

    :raises DayNotPossible: for a day that is over where the owner is, or years ahead.
    :raises OwnerSeesNothing: for somebody who does not see the investigated ticket.
    """
    _require_for(investigation, by)
    _refuse_owner(owner, investigation)
    _refuse_day(due_on, owner, at=at)
    return CorrectiveAction.objects.create(
        investigation=investigation,
        problem=problem,
        kind=kind,
        text=line_of(text, field="text"),
        owner=owner,
        due_on=due_on,
        created_at=at,
    )


@transaction.atomic
def change_action(
    action_id: int, *, owner: User | None = None, due_on: date | None = None, by, at: datetime
) -> CorrectiveAction:
    """Give an action to somebody else, or another day; reminders begin anew.

    :raises ActionIsDone: once it is done.
    """
    action = _locked(action_id)
    _require_for(action.investigation, by)
    _refuse_done(action)
    action.owner = owner or action.owner
    action.due_on = due_on or action.due_on
    _refuse_owner(action.owner, action.investigation)
    if due_on is not None:
        _refuse_day(due_on, action.owner, at=at)
    action.reminded_on = None
    action.save(update_fields=["owner", "due_on", "reminded_on"])
    return action


@transaction.atomic
def finish_action(action_id: int, *, note: str = "", by, at: datetime) -> CorrectiveAction:
    """Say that an action is done: its owner, or whoever handles what it belongs to.

    :raises ActionIsDone: if it is done already.
    """
    action = _locked(action_id)
    if by.pk != action.owner_id:
        _require_for(action.investigation, by)
    _refuse_done(action)
    action.done_at = at
    action.done_note = line_of(note, field="note", least=0)
    action.save(update_fields=["done_at", "done_note"])
    return action


def today_of(user: User, *, at: datetime) -> date:
    """Return the day it is where somebody works."""
    return at.astimezone(ZoneInfo(user.time_zone)).date()


def may_finish(action: CorrectiveAction, user) -> bool:
    act = Act.INVESTIGATE if action.investigation_id else Act.HANDLE_PROBLEMS
    return action.done_at is None and (user.pk == action.owner_id or may(user, act))


def _locked(action_id: int) -> CorrectiveAction:
    actions = CorrectiveAction.objects.select_related("owner", "investigation__ticket__team")
    return actions.select_for_update(of=("self",), no_key=True).get(pk=action_id)


def _require_for(investigation: Investigation | None, by) -> None:
    require(by, Act.HANDLE_PROBLEMS if investigation is None else Act.INVESTIGATE)


def _refuse_done(action: CorrectiveAction) -> None:
    if action.done_at is not None:
        raise ActionIsDone(_("The action is done already."))


def _refuse_owner(owner: User, investigation: Investigation | None) -> None:
    if not owner.is_active:
        raise OwnerSeesNothing(_("%(name)s works here no more.") % {"name": owner}, field="owner")
    if investigation is None:
        return
    if not who_may_see(investigation.ticket).filter(pk=owner.pk).exists():
        raise OwnerSeesNothing(
            _("%(name)s does not see this ticket; let them follow it first.") % {"name": owner},
            field="owner",
        )


def _refuse_day(due_on: date, owner: User, *, at: datetime) -> None:
    today = today_of(owner, at=at)
    if not today <= due_on <= today + LONGEST:
        raise DayNotPossible(
            _("Possible: %(first)s to %(last)s.") % {"first": today, "last": today + LONGEST},
            field="due_on",
        )
