"""Tables for people, JSON for programs."""

import json
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime

from bench.databases import CHECKOUT
from bench.processes import machine

_FOLDER = CHECKOUT / "var" / "bench"


def publish(name: str, rows: Sequence[dict], **facts) -> None:
    """Print the rows as a table and keep them, with the machine, in var/bench/<name>.json."""
    size = machine()
    print(
        f"\n{name}: {size['cores']} cores, {size['memory_gib']} GiB, load {size['load']}\n\n"
        + table(rows)
    )
    _FOLDER.mkdir(parents=True, exist_ok=True)
    measured = {"at": datetime.now(UTC).isoformat(), "machine": size, "rows": list(rows), **facts}
    path = _FOLDER / f"{name}.json"
    path.write_text(json.dumps(measured, indent=2) + "\n")
    print(f"\n{path.relative_to(CHECKOUT)}")


def table(rows: Sequence[dict]) -> str:
    """Return rows of one shape as columns: numbers to the right, words to the left."""
    names = list(rows[0])
    cells = [names, *([_cell(row[name]) for name in names] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    is_number = [isinstance(rows[0][name], int | float) for name in names]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, is_number, strict=True)
        ).rstrip()
        for line in cells
    )


def median(values: Sequence[float]) -> float:
    return round(statistics.median(values), 1)


def percentile_95(values: Sequence[float]) -> float:
    return round(statistics.quantiles(values, n=20)[-1], 1)


def _cell(value) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)
