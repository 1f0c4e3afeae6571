"""Whom Northvane Kitchen's specialists may ask, and the causes they find."""

import tomllib
from datetime import datetime
from pathlib import Path

from escalations.services.departments import create_department, create_template
from escalations.services.root_causes import add_root_cause

_PLAN = Path(__file__).parent / "departments.toml"


def prepare(company, *, now: datetime) -> None:
    plan = tomllib.loads(_PLAN.read_text(encoding="utf-8"))
    by = company.people["jonas"]
    for department in plan["departments"]:
        templates = department.pop("templates")
        members = [company.people[key].pk for key in department.pop("members", ())]
        made = create_department(members=members, by=by, at=now, **department)
        for template in templates:
            create_template(made.pk, by=by, at=now, **template)
    for group, causes in plan["causes"].items():
        parent = add_root_cause(name=group, by=by)
        for name in causes:
            add_root_cause(name=name, parent=parent, by=by)


def tick(*, at: datetime) -> None:
    """Nobody asks before somebody has a case."""
