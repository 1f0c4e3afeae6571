"""An explained deadline as a picture: pieces of a strip of time. Pure."""

from dataclasses import dataclass
from datetime import datetime

from escalations.deadline_lines import LineKind
from escalations.explaining import ClockLine, RestKind

WIDTH = 720
_LOOKS = {LineKind.COUNTED: "counted", RestKind.RESTED: "paused", RestKind.MOVED: "paused"}


@dataclass(frozen=True)
class Piece:
    look: str
    x: float
    width: float
    line: ClockLine


@dataclass(frozen=True)
class Strip:
    """``now`` and ``due`` are places on the strip; None where they do not lie on it."""

    pieces: tuple[Piece, ...]
    now: float | None
    due: float | None


def strip_of(
    lines: tuple[ClockLine, ...], *, now: datetime, due_at: datetime | None, is_running: bool
) -> Strip | None:
    """Draw the lines; of a running clock what is counted but still to come looks different."""
    if not lines or lines[0].start == lines[-1].end:
        return None
    start, end = lines[0].start, lines[-1].end
    if is_running and now > end:
        end = min(now, end + (end - start) / 4)
    scale = WIDTH / (end - start).total_seconds()

    def place(at: datetime) -> float:
        return round((at - start).total_seconds() * scale, 1)

    pieces = []
    for line in lines:
        for look, since, until in _split(line, now if is_running else None):
            if since < until:
                pieces.append(Piece(look, place(since), place(until) - place(since), line))
    is_on_it = is_running and start <= now <= end
    return Strip(tuple(pieces), place(now) if is_on_it else None, due_at and place(due_at))


def _split(line: ClockLine, now: datetime | None):
    look = _LOOKS.get(line.kind, "closed")
    if look != "counted" or now is None or now >= line.end:
        return [(look, line.start, line.end)]
    reached = max(line.start, now)
    return [(look, line.start, reached), ("left", reached, line.end)]
