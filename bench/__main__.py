"""Several measurements, one after the other: python -m bench [load imports intake ...]"""

import argparse

from bench import business_hours, clocks, criteria, escalations, imports, intake, live, load, pages

_PARTS = {
    "load": load,
    "imports": imports,
    "intake": intake,
    "pages": pages,
    "live": live,
    "business_hours": business_hours,
    "clocks": clocks,
    "criteria": criteria,
    "escalations": escalations,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(_PARTS))
    chosen = parser.parse_args().parts or list(_PARTS)
    for unknown in set(chosen) - set(_PARTS):
        parser.error(f"“{unknown}” is not possible: {', '.join(_PARTS)}.")
    for name in chosen:
        _PARTS[name].main([])


if __name__ == "__main__":
    main()
