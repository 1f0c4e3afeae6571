"""How a clock stands right now, for somebody who looks at it. Pure; ``now`` is given.

A deadline stands still, the time until it does not: pages are sent the deadline and the server's
time, and js/clocks.js says the same words again as time goes by.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from escalations.models.clock import STILL_OPEN, ClockState, Metric, SLAClock

#: From here on a deadline is near. A marketplace leaves more time, and forgives less.
NEAR_ON_A_CHANNEL = timedelta(hours=4)
NEAR = timedelta(hours=1)
MINUTE, HOUR, DAY = 60, 3600, 86400
HOURS_UP_TO = 3 * DAY

#: What is left to do, as it stands behind the time on a chip.
TO_DO = {
    Metric.CHANNEL_REPLY: pgettext_lazy("clock", "to answer"),
    Metric.FIRST_REPLY: pgettext_lazy("clock", "reply"),
    Metric.NEXT_REPLY: pgettext_lazy("clock", "reply"),
    Metric.RESOLUTION: pgettext_lazy("clock", "solve"),
    Metric.TIER_ACCEPTANCE: pgettext_lazy("clock", "accept"),
    Metric.TIER_RESOLUTION: pgettext_lazy("clock", "tier"),
    Metric.INQUIRY: pgettext_lazy("clock", "answer"),
    Metric.APPROVAL: pgettext_lazy("clock", "decide"),
}
DONE = {
    Metric.RESOLUTION: gettext_lazy("solved"),
    Metric.TIER_ACCEPTANCE: gettext_lazy("accepted"),
    Metric.TIER_RESOLUTION: gettext_lazy("done"),
    Metric.INQUIRY: gettext_lazy("answered"),
    Metric.APPROVAL: gettext_lazy("decided"),
}


def length_words(seconds: float) -> str:
    """Say a length as a chip has room for it: 45 s, 14 m, 3 h 05 m, 34 h, 5 d."""
    seconds = int(seconds)
    if seconds < MINUTE:
        return _("{count} s").format(count=seconds)
    if seconds < HOUR:
        return _("{count} m").format(count=seconds // MINUTE)
    hours = _("{count} h").format(count=seconds // HOUR)
    if seconds < DAY:
        minutes = _("{count} m").format(count=f"{seconds % HOUR // MINUTE:02}")
        return f"{hours} {minutes}"
    return hours if seconds < HOURS_UP_TO else _("{count} d").format(count=seconds // DAY)


def moment_in_full(at: datetime) -> str:
    """Say a moment without leaving anything to guess, in the reader's time zone."""
    local = timezone.localtime(at)
    said = date_format(local, _("l j F Y, H:i"))
    return f"{said} {local.tzname()}"


@dataclass(frozen=True)
class Countdown:
    """A clock as somebody sees it at ``now``."""

    clock: SLAClock
    now: datetime

    @property
    def is_channel(self) -> bool:
        return self.clock.metric == Metric.CHANNEL_REPLY

    @property
    def kind(self) -> str:
        return "channel" if self.is_channel else "internal"

    @property
    def is_open(self) -> bool:
        return self.clock.state in STILL_OPEN

    @property
    def is_running(self) -> bool:
        return self.clock.state == ClockState.RUNNING

    @property
    def near(self) -> timedelta:
        return NEAR_ON_A_CHANNEL if self.is_channel else NEAR

    @property
    def state(self) -> str:
        """One of running, near, late, paused and met (which is every end)."""
        if not self.is_open:
            return "met"
        if not self.is_running:
            return "paused"
        left = self.clock.due_at - self.now
        if left < timedelta():
            return "late"
        return "near" if left < self.near else "running"

    @property
    def seconds(self) -> float:
        """How long until or since the deadline; of a resting clock what is left of its target."""
        if self.is_running:
            return abs((self.clock.due_at - self.now).total_seconds())
        return self.clock.remaining.total_seconds() if self.clock.remaining else 0

    @property
    def words(self) -> str:
        return length_words(self.seconds) if self.is_open else self.outcome

    @property
    def outcome(self) -> str:
        """What became of a clock that runs no more."""
        if self.clock.state == ClockState.EXEMPT:
            return _("no response needed")
        if self.clock.late_by is not None:
            length = length_words(self.clock.late_by.total_seconds())
            return _("{time} late").format(time=length)
        if self.clock.state == ClockState.ENDED:
            return _("missed") if self.clock.breached_at else _("ended")
        return str(DONE.get(self.clock.metric, pgettext("clock", "replied")))

    @property
    def to_do(self) -> str:
        return str(TO_DO[self.clock.metric]) if self.is_open else ""

    @property
    def promise(self) -> str:
        return str(Metric(self.clock.metric).label)

    @property
    def share_left(self) -> int:
        """How much of the way to the deadline lies ahead, in per cent."""
        span = self.span
        if not self.is_open or span <= 0 or self.state == "late":
            return 0
        return round(min(100, max(0, 100 * self.seconds / span)))

    @property
    def span(self) -> int:
        """The way from the start to the deadline in seconds."""
        if self.clock.due_at is None:
            return self.clock.target_seconds
        return int((self.clock.due_at - self.clock.started_at).total_seconds())

    @property
    def in_full(self) -> str:
        """What a chip is short for: which promise, and the deadline itself."""
        if not self.is_open:
            return f"{self.promise}: {self.outcome}"
        if not self.is_running:
            words = {"promise": self.promise, "length": self.words}
            return _("%(promise)s: paused with %(length)s left") % words
        words = {"promise": self.promise, "when": moment_in_full(self.clock.due_at)}
        if self.state == "late":
            return _("%(promise)s was due %(when)s") % words
        return _("%(promise)s is due %(when)s") % words

    @property
    def title(self) -> str:
        """What the window's title begins with, while the clock runs."""
        if not self.is_running:
            return ""
        words = self.words
        if self.state == "late":
            words = _("{time} late").format(time=words)
        return f"{words} · "


def by_urgency(clocks) -> list[SLAClock]:
    """Return running clocks by deadline, then those that rest, then those over, newest first."""

    def key(clock: SLAClock):
        if clock.state == ClockState.RUNNING:
            return 0, clock.due_at.timestamp(), clock.pk
        if clock.state == ClockState.PAUSED:
            return 1, clock.remaining.total_seconds() if clock.remaining else 0, clock.pk
        return 2, -clock.stopped_at.timestamp(), -clock.pk

    return sorted(clocks, key=key)
