"""What somebody is good at."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.models import PeopleKind, Skill, SkillLevel, User
from accounts.permissions import require
from accounts.rules import Act
from accounts.services.people_record import record
from accounts.services.values import refuse_unknown, tidy_name

LEVELS = range(1, 6)


class SkillNamedTwice(RuleViolation):
    code = "skill_named_twice"


@transaction.atomic
def set_skills(user_id: int, *, skills: Iterable[tuple[str, int]], by, at: datetime) -> User:
    """Make these the person's skills, each with a level from 1 (learning) to 5 (teaches it).

    A new name becomes a skill.

    :raises SkillNamedTwice: if a skill is among them more than once, in whatever case.
    :raises NameNotPossible: for a name that is empty or over 60 characters.
    :raises ValueNotPossible: for another level.
    """
    require(by, Act.MANAGE_PEOPLE)
    wanted = _read(skills)
    user = User.objects.locked(user_id)
    before = _in_words(user)
    levels = {_skill_called(name): level for name, level in wanted.values()}
    user.skill_levels.exclude(skill__in=levels).delete()
    SkillLevel.objects.bulk_create(
        [SkillLevel(user=user, skill=skill, level=level) for skill, level in levels.items()],
        update_conflicts=True,
        unique_fields=["user", "skill"],
        update_fields=["level"],
    )
    if (after := _in_words(user)) != before:
        record(PeopleKind.SKILLS_CHANGED, user=user, by=by, at=at, before=before, after=after)
    return user


def _read(skills: Iterable[tuple[str, int]]) -> dict[str, tuple[str, int]]:
    wanted: dict[str, tuple[str, int]] = {}
    for name, level in skills:
        name = tidy_name(name, limit=60, field="skills")
        refuse_unknown(level, LEVELS, field="skills")
        if name.lower() in wanted:
            raise SkillNamedTwice(
                _("“%(name)s” is named twice; once is enough.") % {"name": name}, field="skills"
            )
        wanted[name.lower()] = name, level
    # In one order, so that two who write down the same new skills cannot wait for each other.
    return dict(sorted(wanted.items()))


def _skill_called(name: str) -> Skill:
    """Find the skill in whatever case, or make it; the unique constraint settles a race."""
    found = Skill.objects.filter(name__iexact=name).first()
    if found:
        return found
    try:
        with transaction.atomic():
            return Skill.objects.create(name=name)
    except IntegrityError:
        return Skill.objects.get(name__iexact=name)


def _in_words(user: User) -> str:
    levels = user.skill_levels.select_related("skill").order_by("skill__name")
    return ", ".join(str(level) for level in levels)
