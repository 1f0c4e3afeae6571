"""How sure a share is, seen on few cases. Pure."""

from math import sqrt

#: Of a normal distribution, 95 % lie within this many standard deviations.
_Z = 1.959964


def wilson(kept: int, of: int) -> tuple[float, float] | None:
    """Return the 95 % interval of a share after Wilson (1927); None of nothing."""
    if of == 0:
        return None
    share = kept / of
    weight = 1 + _Z**2 / of
    centre = (share + _Z**2 / (2 * of)) / weight
    half = _Z / weight * sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2))
    return max(0.0, centre - half), min(1.0, centre + half)
