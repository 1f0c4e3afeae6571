"""When somebody is away."""

from datetime import date, datetime

from django.db import transaction

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
            f"The last day is {starts_on} or later; {ends_on} is before it.", field="ends_on"
        )
    note = " ".join(note.split())
    if len(note) > MAX_NOTE:
        raise LeaveNotPossible(f"A note has at most {MAX_NOTE} characters.", field="note")
    user = User.objects.locked(user_id)
    other = user.leaves.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).first()
    if other:
        raise LeaveNotPossible(
            f"{user} is away {_days(other)} already. Remove that first, or choose other days.",
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


def _days(leave: Leave) -> str:
    days = f"{leave.starts_on} to {leave.ends_on}"
    return str(leave.starts_on) if leave.starts_on == leave.ends_on else days
