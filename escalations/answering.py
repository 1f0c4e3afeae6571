"""Trials as both doors answer them: plain values with the words beside them. No queries."""

from datetime import tzinfo as Zone  # noqa: N812
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from escalations.deadline_lines import Line
from escalations.matching import in_words
from escalations.models import Metric
from escalations.promises import Promise
from escalations.services.calendar_trials import CalendarTrial
from escalations.services.choices import FIELD_NAMES
from escalations.services.policy_trials import Differences, Trial
from escalations.trials import Due
from escalations.wording import duration_words, line_words, moment_in, names_in


def zone_of(promise: Promise, *, otherwise: Zone) -> Zone:
    """Return the zone a promise is spoken in: its calendar's, if it has one."""
    return ZoneInfo(promise.calendar.zone) if promise.calendar else otherwise


def trial_answer(trial: Trial, *, zone: Zone) -> dict:
    return {
        "decides": trial.decides,
        "words": _what_stands_in_the_way(trial),
        "tried": [_tried(each, trial) for each in trial.match.tried],
        "dues": [due_answer(due, zone=zone) for due in trial.dues],
    }


def due_answer(due: Due, *, zone: Zone) -> dict:
    return {
        "metric": due.metric,
        "label": str(Metric(due.metric).label),
        "seconds": due.seconds,
        "time": due.time,
        "due_at": due.due_at,
        "words": moment_in(due.due_at, zone),
        "warned_at": due.warned_at,
        "levels_at": due.levels_at,
        "lines": [line_answer(line, zone=zone) for line in due.lines],
    }


def calendar_answer(trial: CalendarTrial) -> dict:
    zone = ZoneInfo(trial.calendar.zone)
    return {
        "due_at": trial.due_at,
        "words": moment_in(trial.due_at, zone),
        "lines": [line_answer(line, zone=zone) for line in trial.lines],
    }


def line_answer(line: Line, *, zone: Zone) -> dict:
    return {
        "kind": line.kind,
        "start": line.start,
        "end": line.end,
        "counted_seconds": line.working.total_seconds(),
        "name": line.name,
        "words": line_words(line, zone=zone),
    }


def differences_answer(differences: Differences) -> dict:
    return {
        "count": differences.count,
        "looked_at": differences.looked_at,
        "is_more": differences.is_more,
        "tickets": [
            {
                "ticket": each.ticket.pk,
                "subject": each.ticket.subject,
                "policy_before": each.policy_before,
                "policy_after": each.policy_after,
                "changes": [_change(change) for change in each.changes],
            }
            for each in differences.tickets
        ],
    }


def _change(change) -> dict:
    return {
        "metric": change.metric,
        "label": str(Metric(change.metric).label),
        "before_seconds": change.before and change.before.seconds,
        "after_seconds": change.after and change.after.seconds,
        "before_words": duration_words(change.before.seconds) if change.before else _("nothing"),
        "after_words": duration_words(change.after.seconds) if change.after else _("nothing"),
        "due_before": change.due_before,
        "due_after": change.due_after,
    }


def _tried(tried, trial: Trial) -> dict:
    name = names_in(trial.known, FIELD_NAMES)
    return {
        "policy": tried.promise.policy_id,
        "name": tried.promise.policy_name or _("this draft"),
        "matched": tried.matched,
        "reasons": [in_words(miss, name=name) for miss in tried.misses],
    }


def _what_stands_in_the_way(trial: Trial) -> str:
    if trial.decides:
        return ""
    decided = trial.match.promise
    if decided is None:
        return _("No policy matches such a ticket; nothing is promised to it.")
    if any(each.promise is trial.promise for each in trial.match.tried):
        words = _("The draft does not match such a ticket; “%(name)s” decides for it.")
    else:
        words = _("“%(name)s” comes first and decides for such a ticket.")
    return words % {"name": decided.policy_name}
