"""Levels that would move a ticket round in a circle. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from escalations.promises import MOVE_TO_TEAM, Promise


@dataclass(frozen=True, slots=True)
class Move:
    """A level's move of a ticket, from a team its policy is for to another; ``path`` names it."""

    source: int
    target: int
    path: str


@dataclass(frozen=True, slots=True)
class Ring:
    """Teams in the order a ticket would pass them, the first again at the end."""

    path: str
    teams: tuple[int, ...]


def rings(
    promise: Promise, others: Iterable[Promise], *, tier_of_team: Mapping[int, int]
) -> Iterator[Ring]:
    """Yield every move of the promise that leads back to where it began, by itself or by others.

    A policy is for the teams it names, or for those of the tiers it names. One that names neither
    is for wherever nothing else matches: its levels lead nowhere back to.
    """
    ways: dict[int, list[int]] = {}
    for other in (*others, promise):
        for move in moves(other, tier_of_team=tier_of_team):
            ways.setdefault(move.source, []).append(move.target)
    for move in moves(promise, tier_of_team=tier_of_team):
        back = _way(move.target, move.source, ways)
        if back:
            yield Ring(move.path, (move.source, *back))


def moves(promise: Promise, *, tier_of_team: Mapping[int, int]) -> Iterator[Move]:
    named = promise.conditions.get("team")
    tiers = promise.conditions.get("tier", ())
    of_tiers = [team for team, tier in tier_of_team.items() if tier in tiers]
    sources = [t for t in named if t in of_tiers or not tiers] if named else of_tiers
    for path, target in _targets_of_moves(promise):
        for source in sources:
            # Within one tier a team that is not named may take over from the others.
            if source != target or named:
                yield Move(source, target, path)


def _targets_of_moves(promise: Promise) -> Iterator[tuple[str, int]]:
    for metric, target in promise.targets.items():
        for i, level in enumerate(target.levels):
            for j, act in enumerate(level.acts):
                if act.kind == MOVE_TO_TEAM and act.value is not None:
                    yield f"targets.{metric}.levels.{i}.acts.{j}.{MOVE_TO_TEAM}", act.value


def _way(start: int, end: int, ways: Mapping[int, list[int]]) -> tuple[int, ...]:
    """Return the teams from start to end, both named; nothing where no way leads there."""
    waiting, seen = [(start,)], {start}
    while waiting:
        way = waiting.pop(0)
        if way[-1] == end:
            return way
        for following in ways.get(way[-1], ()):
            if following not in seen:
                seen.add(following)
                waiting.append((*way, following))
    return ()
