"""Who works in the demo, in which teams and when; and the lists tickets are sorted by."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.contrib.auth.hashers import make_password

from accounts.models import (
    Leave,
    Skill,
    SkillLevel,
    Team,
    TeamMembership,
    Tier,
    User,
    WorkingHours,
)
from helpdesk.models import Category, ProductLine

#: Everybody's; said wherever the demo is announced.
PASSWORD = "northvane-demo"
_PLAN = Path(__file__).parent / "company.toml"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BLOCK = re.compile(r"(\w{3})(?:-(\w{3}))? (\d\d):(\d\d)-(\d\d):(\d\d)")


@dataclass(frozen=True)
class Company:
    people: dict[str, User]
    teams: dict[str, Team]
    categories: dict[str, Category]
    lines: dict[str, ProductLine]


def people_planned() -> list[dict]:
    """Return the plan's people: name, email, role, teams, time zone."""
    return _plan()["people"]


def found_company(*, now: datetime) -> Company:
    """Create everybody who works at Northvane Kitchen. Needs a transaction."""
    plan = _plan()
    tiers = {tier["level"]: Tier.objects.create(**tier) for tier in plan["tiers"]}
    teams = {
        team["key"]: Team.objects.create(name=team["name"], tier=tiers[team["tier"]])
        for team in plan["teams"]
    }
    password = make_password(PASSWORD)
    people = {
        person["key"]: _hire(person, teams, password=password, now=now) for person in plan["people"]
    }
    return Company(
        people=people,
        teams=teams,
        categories=_listed(Category, plan["categories"]),
        lines=_listed(ProductLine, plan["product_lines"]),
    )


def _plan() -> dict:
    return tomllib.loads(_PLAN.read_text(encoding="utf-8"))


def _hire(person: dict, teams: dict[str, Team], *, password: str, now: datetime) -> User:
    user = User.objects.create(
        email=person["email"],
        password=password,
        full_name=person["name"],
        role=person["role"],
        language=person.get("language", "en"),
        time_zone=person["time_zone"],
        signature=person.get("signature", ""),
        joined_at=now - timedelta(days=400),
    )
    leads = person.get("leads", ())
    TeamMembership.objects.bulk_create(
        TeamMembership(team=teams[key], user=user, is_lead=key in leads) for key in person["teams"]
    )
    for name, level in person.get("skills", {}).items():
        skill, _ = Skill.objects.get_or_create(name=name)
        SkillLevel.objects.create(user=user, skill=skill, level=level)
    WorkingHours.objects.bulk_create(
        WorkingHours(user=user, weekday=day, starts_minute=starts, ends_minute=ends)
        for block in person["works"]
        for day, starts, ends in _hours(block)
    )
    if "leave" in person:
        _grant(user, person["leave"], now=now)
    return user


def _hours(block: str) -> Iterator[tuple[int, int, int]]:
    first, last, *clock = _BLOCK.fullmatch(block).groups()
    from_hour, from_minute, to_hour, to_minute = map(int, clock)
    starts, ends = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    for day in range(_DAYS.index(first), _DAYS.index(last or first) + 1):
        yield day, starts, ends


def _grant(user: User, leave: dict, *, now: datetime) -> None:
    today = now.date()
    Leave.objects.create(
        user=user,
        starts_on=today + timedelta(days=leave["from"]),
        ends_on=today + timedelta(days=leave["to"]),
        note=leave["note"],
    )


def _listed(model, names: dict[str, str]) -> dict:
    return {slug: model.objects.create(slug=slug, name=name) for slug, name in names.items()}
