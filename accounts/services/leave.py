"""When somebody is away."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.models import Leave, PeopleKind, User
from accounts.permissions import require
from accounts.rules import Act
from accounts.services.people_record import record

MAX_NOTE = Leave._meta.get_field("note").max_length


class LeaveNotPossible(RuleViolation):
    code = "leave_not_possible"


@transaction.atomic
def add_leave(
    user_id: int, *, starts_on: date, ends_on: date, note: str = "", by, at: datetime
) -> Leave:
    """Write down days somebody is away, both included.

    :raises LeaveNotPossible: if the last day is before the first, if the person is away on one
        of the days already, or for a note of more than 120 characters.
    """
    require(by, Act.MANAGE_PEOPLE)
    if ends_on < starts_on:
        raise LeaveNotPossible(
            _("The last day is %(first)s or later; %(last)s is before it.")
            % {"first": starts_on, "last": ends_on},
            field="ends_on",
        )
    note = " ".join(note.split())
    if len(note) > MAX_NOTE:
        raise LeaveNotPossible(
            _("A note has at most %(limit)d characters.") % {"limit": MAX_NOTE}, field="note"
        )
    user = User.objects.locked(user_id)
    other = user.leaves.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).first()
    if other:
        raise LeaveNotPossible(
            _("%(name)s is away %(days)s already. Remove that first, or choose other days.")
            % {"name": user, "days": _days(other, _("%(first)s to %(last)s"))},
            field="starts_on",
        )
    leave = Leave.objects.create(user=user, starts_on=starts_on, ends_on=ends_on, note=note)
    record(PeopleKind.LEAVE_ADDED, user=user, by=by, at=at, after=_days(leave))
    return leave


@transaction.atomic
def remove_leave(user_id: int, *, leave_id: int, by, at: datetime) -> User:
    """Take days of leave back.

    :raises Leave.DoesNotExist: if the person has no such leave.
    """
    require(by, Act.MANAGE_PEOPLE)
    user = User.objects.locked(user_id)
    leave = user.leaves.get(pk=leave_id)
    record(PeopleKind.LEAVE_REMOVED, user=user, by=by, at=at, before=_days(leave))
    leave.delete()
    return user


def _days(leave: Leave, span: str = "%(first)s to %(last)s") -> str:
    days = span % {"first": leave.starts_on, "last": leave.ends_on}
    return str(leave.starts_on) if leave.starts_on == leave.ends_on else days
