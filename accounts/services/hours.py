"""When somebody works."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.models import PeopleKind, User, Weekday, WorkingHours
from accounts.permissions import require
from accounts.rules import Act
from accounts.services.people_record import record
from accounts.services.values import refuse_unknown, refused_as
from accounts.week import Block, difference, first_overlap

FIELD = "working_hours"


class HoursNotPossible(RuleViolation):
    code = "hours_not_possible"


@transaction.atomic
def set_working_hours(user_id: int, *, blocks: Iterable[Block], by, at: datetime) -> User:
    """Make these blocks the person's week, in their own time zone.

    :raises HoursNotPossible: if a block ends before it starts or past midnight, or if two of
        them overlap; ``extra["weekday"]`` says on which day.
    """
    require(by, Act.MANAGE_PEOPLE)
    blocks = list(blocks)
    _check(blocks)
    user = User.objects.locked(user_id)
    before, after = difference(blocks_of(user), blocks)
    user.working_hours.all().delete()
    changed_meanwhile = HoursNotPossible(
        _("These hours were changed by somebody else in the same moment. Look, and save again."),
        field=FIELD,
    )
    with refused_as(changed_meanwhile, by="working_hours_of_a_person_do_not_overlap"):
        WorkingHours.objects.bulk_create(WorkingHours(user=user, **vars(one)) for one in blocks)
    if before != after:
        record(PeopleKind.HOURS_CHANGED, user=user, by=by, at=at, before=before, after=after)
    return user


def blocks_of(user: User) -> list[Block]:
    """Return the person's week in order."""
    rows = user.working_hours.all()
    return sorted(Block(row.weekday, row.starts_minute, row.ends_minute) for row in rows)


def _check(blocks: list[Block]) -> None:
    for block in blocks:
        refuse_unknown(block.weekday, Weekday.values, field=FIELD)
        if not block.is_possible:
            raise _refusal(
                _(
                    "%(block)s ends before it starts. A block ends later than it starts, at"
                    " 24:00 at the latest."
                )
                % {"block": block},
                block,
            )
    overlap = first_overlap(blocks)
    if overlap:
        one, other = overlap
        raise _refusal(
            _("%(one)s and %(other)s overlap. Blocks may touch, but not overlap.")
            % {"one": one, "other": other.hours},
            other,
        )


def _refusal(sentence: str, block: Block) -> HoursNotPossible:
    day = Weekday(block.weekday).name.lower()
    return HoursNotPossible(sentence, field=FIELD, weekday=day)
