"""A policy version that is not written yet: read whole, with what it leaves out. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from escalations.known_rows import Known
from escalations.level_rings import rings
from escalations.policy_reading import read_conditions, read_targets
from escalations.promises import Promise, Target
from escalations.refusals import Notes

MEMBERS = ("calendar", "conditions", "targets")


@dataclass(frozen=True)
class Draft:
    """Conditions as they are kept, targets by metric, and the id of the calendar, if any."""

    calendar: int | None = None
    conditions: Mapping[str, list] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)


def read_draft(raw: Mapping, *, known: Known) -> Draft:
    """Read what a policy shall say.

    :raises InvalidInput: naming every mistake by its path.
    """
    notes = Notes()
    given = notes.mapping(raw, "", known=MEMBERS)
    draft = Draft(
        _calendar(given.get("calendar"), known, notes),
        read_conditions(given.get("conditions", {}), known=known, notes=notes),
        read_targets(given.get("targets", {}), known=known, notes=notes),
    )
    is_needed = any(target.is_business for target in draft.targets.values())
    if is_needed and draft.calendar is None:
        message = _("Business time is counted by a calendar: choose one, or calendar time.")
        notes.refuse("calendar", "calendar_needed", message)
    notes.raise_if_any()
    return draft


def refuse_rings(promise: Promise, others: Iterable[Promise], *, known: Known) -> None:
    """:raises InvalidInput: if a level would move tickets round in a circle."""
    notes = Notes()
    for ring in rings(promise, others, tier_of_team=known.tier_of_team):
        teams = " → ".join(known.of_key("team", key).label for key in ring.teams)
        message = _("This level closes a circle: %(teams)s. Move to a team that leads out of it.")
        notes.refuse(ring.path, "cyclic_level", message % {"teams": teams})
    notes.raise_if_any()


def _calendar(raw: object, known: Known, notes: Notes) -> int | None:
    choice = None if raw is None else known.find("calendar", raw)
    if raw is not None and choice is None:
        possible = (f"{one.spoken} ({one.label})" for one in known.choices["calendar"])
        notes.unknown("calendar", possible)
    return choice and choice.key
