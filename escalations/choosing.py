"""Who should take a case: ranked, each with the reasons in words. Pure.

Whoever is on leave is not asked. Of the others those at work come first, then those who know the
subject, then those who carry the least, then those who know it best, then those who have had no
new case for the longest time: the one expert does not get every case, and nobody is forgotten.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.presence import Presence

#: From this level on somebody handles a subject alone (accounts.models.SkillLevel).
SOLID = 3
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Candidate:
    """``level`` is that of the wanted skill, 0 without it; ``load`` counts accepted cases."""

    user_id: int
    presence: Presence
    level: int = 0
    load: int = 0
    last_case_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    candidate: Candidate
    is_available: bool
    reasons: tuple[str, ...]


def rank(candidates: Iterable[Candidate], *, skill: str = "", at: datetime) -> tuple[Ranked, ...]:
    """Return all candidates, the best first; ``skill`` is the name of the wanted one, if any."""
    in_order = sorted(candidates, key=_place)
    return tuple(
        Ranked(one, one.presence != Presence.ON_LEAVE, tuple(_reasons(one, skill, at)))
        for one in in_order
    )


def _place(one: Candidate) -> tuple:
    return (
        -one.presence,
        -_grasp(one.level),
        one.load,
        -one.level,
        one.last_case_at or _LONG_AGO,
        one.user_id,
    )


def _grasp(level: int) -> int:
    """Whether somebody handles the subject alone (2), learns it (1), or does not know it (0)."""
    return 2 if level >= SOLID else min(level, 1)


def _reasons(one: Candidate, skill: str, at: datetime) -> Iterable[str]:
    yield {
        Presence.AT_WORK: _("at work now"),
        Presence.OFF_HOURS: _("not at work now"),
        Presence.ON_LEAVE: _("on leave"),
    }[one.presence]
    if skill:
        values = {"skill": skill, "level": one.level}
        yield (
            _("%(skill)s at level %(level)d of 5") if one.level else _("does not know %(skill)s")
        ) % values
    count = {"count": one.load}
    yield ngettext("%(count)d open case", "%(count)d open cases", one.load) % count
    yield _since_the_last_case(one, at)


def _since_the_last_case(one: Candidate, at: datetime) -> str:
    if one.last_case_at is None:
        return _("has had no case yet")
    days = max(0, (at - one.last_case_at).days)
    if not days:
        return _("got a case within the last day")
    text = ngettext("no new case for %(days)d day", "no new case for %(days)d days", days)
    return text % {"days": days}
