"""Conditions and targets of a policy as a stranger sent them: read, or refused by path. Pure."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from escalations.known_rows import Known
from escalations.matching import FIELDS
from escalations.models.clock import Metric
from escalations.promises import (
    ASSIGN_TO,
    ASSIGNEE,
    BUSINESS,
    CALENDAR,
    ESCALATE,
    LEAD,
    MOVE_TO_TEAM,
    NOBODY,
    RAISE_PRIORITY,
    TEAM,
    USER,
    Level,
    LevelAct,
    Recipient,
    Target,
    Warning,
)
from escalations.refusals import Notes
from helpdesk.rules import tag_name

LONGEST_TARGET = 365 * 24 * 3600
MOST_VALUES, MOST_STEPS, MOST_RECIPIENTS = 50, 8, 10
#: The longest promise of a marketplace; a warning before it cannot come earlier.
LONGEST_CHANNEL_PROMISE = 48 * 3600

ROLES = (ASSIGNEE, LEAD, TEAM)
TIMES = (BUSINESS, CALENDAR)
TARGET_MEMBERS = ("seconds", "time", "warnings", "levels")


def read_conditions(raw: object, *, known: Known, notes: Notes) -> dict[str, list]:
    """Return conditions as they are kept; everything that is not possible is noted."""
    given = notes.mapping(raw, "conditions", known=FIELDS)
    read = {}
    for name in FIELDS:
        if name in given:
            path = f"conditions.{name}"
            values = notes.rows(given[name], path, least=1, most=MOST_VALUES)
            kept = [
                _value(name, each, f"{path}.{i}", known, notes) for i, each in enumerate(values)
            ]
            read[name] = list(dict.fromkeys(kept))
    return read


def _value(name: str, spoken: object, path: str, known: Known, notes: Notes) -> object:
    if name == "customer_tags":
        return tag_name(notes.text(spoken, path, least=1, most=50))
    choice = known.find(name, spoken)
    if choice is None:
        notes.unknown(path, known.spoken(name))
        return None
    return choice.key


def read_targets(raw: object, *, known: Known, notes: Notes) -> dict[str, Target]:
    """Return targets by metric; everything that is not possible is noted."""
    given = notes.mapping(raw, "targets", known=Metric.values)
    if not given and not raw:
        possible = ", ".join(Metric.values)
        message = _("A policy promises something; possible: %(possible)s.") % {"possible": possible}
        notes.refuse("targets", "nothing_promised", message)
    reading = _TargetReading(known, notes)
    return {metric: reading.target(metric, given[metric]) for metric in Metric if metric in given}


class _TargetReading:
    def __init__(self, known: Known, notes: Notes):
        self.known, self.notes = known, notes

    def target(self, metric: str, raw: object) -> Target:
        path = f"targets.{metric}"
        is_ours = metric != Metric.CHANNEL_REPLY
        members = TARGET_MEMBERS if is_ours else TARGET_MEMBERS[2:]
        given = self.notes.mapping(raw, path, known=members)
        seconds, time = None, CALENDAR
        if is_ours and isinstance(raw, Mapping):
            seconds = self._seconds(given.get("seconds"), f"{path}.seconds")
            time = self._time(given.get("time"), f"{path}.time")
        limit = seconds if is_ours else LONGEST_CHANNEL_PROMISE
        warnings = self._warnings(given.get("warnings", []), f"{path}.warnings", limit=limit)
        levels = self._levels(given.get("levels", []), f"{path}.levels")
        return Target(str(metric), seconds, time, warnings, levels)

    def _seconds(self, raw: object, path: str) -> int | None:
        if isinstance(raw, int) and not isinstance(raw, bool) and raw <= 0:
            message = _("A target is longer than nothing; up to %(most)d seconds (365 days).")
            self.notes.refuse(path, "not_positive", message % {"most": LONGEST_TARGET})
            return None
        return self.notes.whole(raw, path, least=1, most=LONGEST_TARGET)

    def _time(self, raw: object, path: str) -> str:
        if raw not in TIMES:
            self.notes.unknown(path, TIMES)
        return raw if raw == BUSINESS else CALENDAR

    def _warnings(self, raw: object, path: str, *, limit: int | None) -> tuple[Warning, ...]:
        read, seen = [], set()
        for i, each in enumerate(self.notes.rows(raw, path, most=MOST_STEPS)):
            here = f"{path}.{i}"
            warning = self._warning(each, here, limit=limit)
            moment = (warning.before, warning.percent)
            if moment in seen:
                self.notes.refuse(here, "same_moment", _("There is a warning at that moment."))
            seen |= {moment} if any(moment) else set()
            read.append(warning)
        return tuple(read)

    def _warning(self, raw: object, path: str, *, limit: int | None) -> Warning:
        given = self.notes.mapping(raw, path, known=("before", "percent", "recipients"))
        if len(given.keys() & {"before", "percent"}) != 1:
            message = _("Give “before” in seconds or “percent” of the target, one of them.")
            self.notes.refuse(path, "before_or_percent", message)
        before = percent = None
        if "before" in given:
            most = (limit or LONGEST_TARGET + 1) - 1
            before = self.notes.whole(given["before"], f"{path}.before", least=1, most=most)
        if "percent" in given:
            percent = self.notes.whole(given["percent"], f"{path}.percent", least=1, most=99)
        recipients = self._recipients(given.get("recipients", []), path, least=1)
        return Warning(recipients, before, percent)

    def _levels(self, raw: object, path: str) -> tuple[Level, ...]:
        read = []
        for i, each in enumerate(self.notes.rows(raw, path, most=MOST_STEPS)):
            level = self._level(each, f"{path}.{i}")
            if read and None not in (level.after, read[-1].after):
                self._refuse_earlier(level.after, read[-1].after, f"{path}.{i}.after")
            read.append(level)
        return tuple(read)

    def _refuse_earlier(self, after: int, before: int, path: str) -> None:
        if after == before:
            message = _("Two levels come at the same moment; put their acts into one.")
            self.notes.refuse(path, "same_offset", message)
        elif after < before:
            message = _("Levels stand in the order they come: later than %(before)d seconds.")
            self.notes.refuse(path, "out_of_order", message % {"before": before})

    def _level(self, raw: object, path: str) -> Level:
        given = self.notes.mapping(raw, path, known=("after", "recipients", "acts"))
        after = self.notes.whole(given.get("after"), f"{path}.after", least=0, most=LONGEST_TARGET)
        recipients = self._recipients(given.get("recipients", []), path)
        acts = self._acts(given.get("acts", []), f"{path}.acts")
        if not recipients and not acts:
            message = _("A level tells somebody (“recipients”) or does something (“acts”).")
            self.notes.refuse(path, "level_without_effect", message)
        return Level(after, recipients, acts)

    def _recipients(self, raw: object, path: str, *, least: int = 0) -> tuple[Recipient, ...]:
        path = f"{path}.recipients"
        rows = self.notes.rows(raw, path, least=least, most=MOST_RECIPIENTS)
        read = [self._recipient(each, f"{path}.{i}") for i, each in enumerate(rows)]
        return tuple(dict.fromkeys(each for each in read if each))

    def _recipient(self, raw: object, path: str) -> Recipient | None:
        if isinstance(raw, str) and raw in ROLES:
            return Recipient(raw)
        kind = next(iter(raw)) if isinstance(raw, Mapping) and len(raw) == 1 else None
        if kind not in (USER, TEAM):
            self.notes.unknown(path, [*ROLES, '{"user": id}', '{"team": id}'])
            return None
        return Recipient(kind, self._row(kind, raw[kind], f"{path}.{kind}"))

    def _row(self, name: str, spoken: object, path: str) -> int | None:
        choice = self.known.find(name, spoken)
        if choice is None:
            self.notes.unknown(path, (f"{one.spoken} ({one.label})" for one in self._all(name)))
        return choice and choice.key

    def _all(self, name: str):
        return self.known.choices[name]

    def _acts(self, raw: object, path: str) -> tuple[LevelAct, ...]:
        readers = {
            ASSIGN_TO: self._assign_to,
            RAISE_PRIORITY: self._raise_priority,
            MOVE_TO_TEAM: lambda value, at: self._row(TEAM, value, at),
            ESCALATE: lambda value, at: self._row("route", value, at),
        }
        read = {}
        for i, each in enumerate(self.notes.rows(raw, path, most=len(readers))):
            kind = next(iter(each)) if isinstance(each, Mapping) and len(each) == 1 else None
            if kind not in readers:
                self.notes.unknown(f"{path}.{i}", (f'{{"{name}": …}}' for name in readers))
            elif kind in read:
                self.notes.refuse(f"{path}.{i}", "act_twice", _("A level does each act once."))
            else:
                read[kind] = LevelAct(kind, readers[kind](each[kind], f"{path}.{i}.{kind}"))
        return tuple(read.values())

    def _assign_to(self, value: object, path: str) -> object:
        if value in (NOBODY, LEAD):
            return value
        if isinstance(value, str):
            self.notes.unknown(path, [NOBODY, LEAD, _("a person's id")])
            return None
        return self._row(USER, value, path)

    def _raise_priority(self, value: object, path: str) -> object:
        if self.known.find("priority", value) is None:
            self.notes.unknown(path, self.known.spoken("priority"))
        return value
