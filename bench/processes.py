"""What processes have used of the processor, from /proc. It repeats where wall time does not."""

import os
from collections.abc import Iterable
from pathlib import Path

_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def cpu_ms(pids: Iterable[int]) -> dict[int, float]:
    """Return the milliseconds each process has computed since it began (10 ms steps)."""
    return {pid: _ticks(pid) * _TICK_MS for pid in pids}


def computed(before: dict[int, float], after: dict[int, float]) -> float:
    """Return what was computed between two looks. A process may have begun meanwhile."""
    return sum(ms - before.get(pid, 0) for pid, ms in after.items())


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def machine() -> dict[str, object]:
    """Say on what the figures were measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 2**30),
        "load": round(os.getloadavg()[0], 1),
    }


def _ticks(pid: int) -> int:
    try:
        # The second field is the name in brackets, which may hold anything.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0
    return int(fields[11]) + int(fields[12])
