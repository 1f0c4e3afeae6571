"""What the comparison of two windows says, in a sentence. Pure."""

from django.utils.translation import gettext as _

from escalations.rates import Comparison


def effect_words(found: Comparison) -> str:
    """Say both rates with their counts, the change and its interval."""
    return f"{_rates(found)} {_change(found)}"


def _rates(found: Comparison) -> str:
    is_daily = found.before >= found.days
    shape = (
        _("%(before)d new cases in %(days)d days before the fix (%(old)s a day), %(after)d after it"
          " (%(new)s a day).")
        if is_daily
        else _("%(before)d new cases in %(days)d days before the fix (%(old)s a week), %(after)d"
               " after it (%(new)s a week).")
    )  # fmt: skip
    share = 7 if is_daily else 1
    return shape % {
        "before": found.before,
        "after": found.after,
        "days": found.days,
        "old": f"{found.per_week(found.before) / share:.1f}",
        "new": f"{found.per_week(found.after) / share:.1f}",
    }


def _change(found: Comparison) -> str:
    if found.rose and found.ratio is None:
        return _("There were none before: the rate rose.")
    if found.ratio is None or found.high is None:
        return _("Too few cases to compare.")
    interval = {
        "change": f"{abs(1 - found.ratio):.0%}",
        "low": f"{found.low - 1:+.0%}",
        "high": f"{found.high - 1:+.0%}",
    }
    if found.fell:
        return _("The rate fell by %(change)s (95 %% interval: %(low)s to %(high)s).") % interval
    if found.rose:
        return _("The rate rose by %(change)s (95 %% interval: %(low)s to %(high)s).") % interval
    return (
        _("The change may be chance (95 %% interval: %(low)s to %(high)s); look again later.")
        % interval
    )
