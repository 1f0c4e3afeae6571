"""Versions in sentences, so that two of them can be compared by reading. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from accounts.models import Weekday
from escalations.known_rows import Known
from escalations.matching import FIELDS
from escalations.models.clock import Metric
from escalations.promises import Level, Target, Warning, targets_from
from escalations.wording import (
    act_words,
    duration_words,
    names_in,
    recipient_words,
    target_words,
)

ADDED, REMOVED, SAME = "add", "remove", ""


@dataclass(frozen=True, slots=True)
class Changed:
    """A sentence that came (“add”), went (“remove”) or stayed."""

    change: str
    words: str


def difference(before: list[str], after: list[str]) -> list[Changed]:
    """Compare two versions sentence by sentence; only what differs."""
    found = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            found += [Changed(REMOVED, words) for words in before[a:b]]
            found += [Changed(ADDED, words) for words in after[c:d]]
    return found


def policy_sentences(
    version, *, known: Known, fields: Mapping[str, object], calendar: str
) -> list[str]:
    """Say all of a policy version; ``calendar`` is the name of its calendar, if it has one."""
    said = [condition_words(version.conditions, known=known, fields=fields)]
    if calendar:
        said.append(_("Business time by the calendar %(name)s.") % {"name": calendar})
    for target in targets_from(version.targets).values():
        said += _target_sentences(target, known)
    return said


def condition_words(
    conditions: Mapping[str, list], *, known: Known, fields: Mapping[str, object]
) -> str:
    """Say for which tickets: “channel Amazon or Walmart, priority Urgent”."""
    name, either = names_in(known, fields), _(" or ")
    parts = [
        f"{name(field, None)} {either.join(name(field, value) for value in conditions[field])}"
        for field in FIELDS
        if field in conditions
    ]
    return ", ".join(parts) or _("every ticket")


def promise_words(targets: Mapping[str, dict]) -> str:
    """Say in one line what is promised: “First reply 4 h, Resolution 16 h”."""
    said = []
    for target in targets_from(targets).values():
        label = str(Metric(target.metric).label)
        said.append(label if target.seconds is None else f"{label} {target_words(target)}")
    return ", ".join(said)


def _target_sentences(target: Target, known: Known) -> Iterator[str]:
    label = str(Metric(target.metric).label)
    yield f"{label}: {target_words(target)}"
    for warning in target.warnings:
        yield f"{label}, {_warning_words(warning)}: {_told(warning.recipients, known)}"
    for level in target.levels:
        yield f"{label}, {_level_words(level)}: {_effects(level, known)}"


def _warning_words(warning: Warning) -> str:
    if warning.percent is not None:
        return _("warned when %(percent)d %% are used") % {"percent": warning.percent}
    return _("warned %(length)s before") % {"length": duration_words(warning.before)}


def _level_words(level: Level) -> str:
    if not level.after:
        return _("at the deadline")
    return _("%(length)s after the deadline") % {"length": duration_words(level.after)}


def _told(recipients, known: Known) -> str:
    names = ", ".join(recipient_words(each, known) for each in recipients)
    return _("tell %(names)s") % {"names": names}


def _effects(level: Level, known: Known) -> str:
    told = [_told(level.recipients, known)] if level.recipients else []
    return ", ".join([*told, *(act_words(act, known) for act in level.acts)])


def calendar_sentences(version) -> list[str]:
    """Say all of a calendar version, one date a line."""
    place = f"{version.country} {version.region}".strip()
    return [
        _("Time zone %(zone)s") % {"zone": version.zone},
        *(f"{day.label}: {day_words(version, day)}" for day in Weekday),
        *([_("Holidays of %(place)s") % {"place": place}] if place else []),
        *(f"{each['on']} {each['name']}" for each in version.holidays),
        *(_("Every year on %(month)02d-%(day)02d: %(name)s") % each for each in version.recurring),
        *(_exception_words(each) for each in version.exceptions),
    ]


def day_words(version, day: int) -> str:
    hours = [_span(starts, ends) for weekday, starts, ends in version.week if weekday == day]
    return ", ".join(hours) or _("closed")


def _exception_words(each: dict) -> str:
    hours = ", ".join(_span(*block) for block in each["blocks"]) or _("closed")
    return f"{each['on']}: {hours} {each['name']}".strip()


def _span(starts: int, ends: int) -> str:
    return f"{_clock(starts)}–{_clock(ends)}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
