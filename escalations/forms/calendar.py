"""The form of a business calendar: one line a day, one line a date, as people write them."""

import re
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import Weekday
from escalations.calendar_reading import WEEKDAYS
from escalations.refusals import Mistake

_DASH = r"\s*[-–—]\s*"
_SPAN = re.compile(rf"(\d?\d:\d\d){_DASH}(\d?\d:\d\d)", re.ASCII)
_DATE = re.compile(r"(\S+)\s*(.*)")
_DAY = re.compile(r"(\d?\d)-(\d?\d)\s+(.*)", re.ASCII)
CLOSED = "closed"
TEXTS = ("name", "zone", "country", "region", "holidays", "recurring", "exceptions")


@dataclass
class Day:
    """One line of the week as it was typed. ``night``: what ends before it starts ends tomorrow."""

    name: str
    label: str
    hours: str = ""
    breaks: str = ""
    night: bool = False
    errors: list[str] = field(default_factory=list)

    @property
    def bars(self) -> list[tuple[int, int]]:
        """Minute and length of what can be read, for the drawing."""
        spans = ((_minutes(a), _minutes(b)) for a, b in _SPAN.findall(self.hours))
        return [(a, (b if b > a else 1440) - a) for a, b in spans if a < 1440]


@dataclass
class TypedCalendar:
    name: str = ""
    zone: str = ""
    country: str = ""
    region: str = ""
    holidays: str = ""
    recurring: str = ""
    exceptions: str = ""
    seen: str = ""
    days: list[Day] = field(default_factory=list)
    errors: dict[str, list[str]] = field(default_factory=dict)

    def plan(self) -> dict:
        """Return what the services read."""
        return {
            "zone": self.zone,
            "week": [block for _day, block in self._blocks("hours")],
            "breaks": [block for _day, block in self._blocks("breaks")],
            "country": self.country,
            "region": self.region,
            "holidays": [_dated(line) for line in _lines(self.holidays)],
            "recurring": [_recurring(line) for line in _lines(self.recurring)],
            "exceptions": [_exception(line) for line in _lines(self.exceptions)],
        }

    def show(self, mistakes: dict[str, Mistake]) -> None:
        """Put every mistake to the line it is about."""
        places = {
            "week": [day for day, _block in self._blocks("hours")],
            "breaks": [day for day, _block in self._blocks("breaks")],
        }
        for path, mistake in mistakes.items():
            member, _dot, rest = path.partition(".")
            row = int(rest.split(".")[0]) if rest[:1].isdigit() else None
            if row is not None and member in places:
                places[member][row].errors.append(mistake.message)
            elif row is not None:
                words = {"row": row + 1, "words": mistake.message}
                self.errors.setdefault(member, []).append(_("Line %(row)d: %(words)s") % words)
            else:
                self.errors.setdefault(member, []).append(mistake.message)

    def _blocks(self, kind: str) -> list[tuple[Day, dict]]:
        return [
            (day, {"weekday": day.name} | _hours(part, is_night=day.night))
            for day in self.days
            for part in re.split(r"[,;]", getattr(day, kind))
            if part.strip()
        ]


def typed_in(post: QueryDict) -> TypedCalendar:
    days = [
        Day(
            name,
            str(Weekday(number).label),
            post.get(f"week.{name}.hours", "")[:200],
            post.get(f"week.{name}.breaks", "")[:200],
            bool(post.get(f"week.{name}.night")),
        )
        for name, number in WEEKDAYS.items()
    ]
    texts = {name: post.get(name, "").strip() for name in TEXTS}
    return TypedCalendar(**texts, seen=post.get("seen", ""), days=days)


def typed_from(plan: dict, *, name: str = "", seen: str = "") -> TypedCalendar:
    """Write a spoken plan into the form."""
    return TypedCalendar(
        name=name,
        zone=plan.get("zone", ""),
        country=plan.get("country", ""),
        region=plan.get("region", ""),
        holidays="\n".join(f"{each['on']} {each['name']}" for each in plan.get("holidays", [])),
        recurring="\n".join(
            f"{each['month']:02}-{each['day']:02} {each['name']}"
            for each in plan.get("recurring", [])
        ),
        exceptions="\n".join(_written_exception(each) for each in plan.get("exceptions", [])),
        seen=seen,
        days=[_written_day(name, number, plan) for name, number in WEEKDAYS.items()],
    )


def _written_day(name: str, number: int, plan: dict) -> Day:
    blocks = [block for block in plan.get("week", []) if block["weekday"] == name]
    hours = ", ".join(f"{block['starts']}–{block['ends']}" for block in blocks)
    night = any(block.get("next_day") for block in blocks)
    return Day(name, str(Weekday(number).label), hours, night=night)


def _written_exception(each: dict) -> str:
    spans = ", ".join(f"{hours['starts']}–{hours['ends']}" for hours in each["hours"])
    return f"{each['on']} {spans or CLOSED} {each['name']}".strip()


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _hours(part: str, *, is_night: bool) -> dict:
    """Read “9:00–17:00”; what is none stays as it is, and the services refuse it."""
    match = _SPAN.fullmatch(part.strip())
    if match is None:
        return {"starts": part.strip(), "ends": part.strip()}
    starts, ends = (each.rjust(5, "0") for each in match.groups())
    return {"starts": starts, "ends": ends, "next_day": is_night and ends <= starts}


def _dated(line: str) -> dict:
    on, name = _DATE.match(line).groups()
    return {"on": on, "name": name}


def _recurring(line: str) -> dict:
    match = _DAY.fullmatch(line)
    if match is None:
        return {"month": line, "day": 1, "name": line}
    return {"month": int(match[1]), "day": int(match[2]), "name": match[3]}


def _exception(line: str) -> dict:
    on, rest = _DATE.match(line).groups()
    spans = list(_SPAN.finditer(rest))
    name = rest[spans[-1].end() :] if spans else rest.removeprefix(CLOSED)
    hours = [_hours(span[0], is_night=True) for span in spans]
    return {"on": on, "name": name.strip(" ,"), "hours": hours}


def _minutes(clock: str) -> int:
    return int(clock[:-3]) * 60 + int(clock[-2:])
