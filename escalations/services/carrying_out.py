"""What follows from a recorded step: an entry on the ticket, a level's acts, people told.

Phase two of two. Steps with ``carried_out_at`` null are the queue. Each is taken in a
transaction of its own with everything that follows from it, so a process that dies has done all
of it or nothing. Attempts are counted before they are made, so that a step that takes its process
with it is found out too. See decision 033.
"""

import logging
from datetime import datetime, timedelta

from django.db import OperationalError, transaction

from escalations.models import (
    STILL_OPEN,
    ClockState,
    SLAClock,
    SLAEvent,
    SLAPolicyVersion,
    StepKind,
)
from escalations.promises import ASSIGNEE, LEAD, LevelAct, Recipient, targets_from
from escalations.services import alerts, level_acts
from escalations.services.clock_rows import Recorded, withdraw
from helpdesk.models import NotificationKind, Ticket, TimelineEntry, TimelineKind
from helpdesk.services.timeline import record

logger = logging.getLogger(__name__)

#: Small, so that a sweep never waits long for a worker.
AT_A_TIME = 20
#: So many attempts, failed ones among them, and the rest is left to the next sweep.
MOST_ATTEMPTS = 10 * AT_A_TIME
#: Seconds until a step is tried again, by attempts made. It is never given up: a missed deadline is
#: told as soon as somebody has mended what stands in its way.
WAITS = (5, 15, 60, 300, 900, 3600)
ENTRIES = {
    StepKind.WARNING: TimelineKind.SLA_WARNED,
    StepKind.BREACH: TimelineKind.SLA_BREACHED,
    StepKind.LEVEL: TimelineKind.SLA_LEVEL,
}
#: Whom a missed deadline concerns whatever the policy says, and a near one if it says nothing.
USUALLY_TOLD = {
    StepKind.WARNING: (Recipient(ASSIGNEE),),
    StepKind.BREACH: (Recipient(ASSIGNEE), Recipient(LEAD)),
    StepKind.LEVEL: (Recipient(LEAD),),
}


def carry_out_waiting(*, at: datetime, limit: int = AT_A_TIME) -> int:
    """Carry out up to ``limit`` waiting steps, the oldest first; returns how many it did.

    Steps that somebody else is at are left to them. One that fails is logged and waits longer
    each time; those that were never tried go before all that have failed.
    """
    done = 0
    for _attempt in range(MOST_ATTEMPTS):
        event = _claim(at=at) if done < limit else None
        if event is None:
            break
        done += _try(event, at=at)
    return done


@transaction.atomic
def _claim(*, at: datetime) -> SLAEvent | None:
    """Take the next step and count the attempt, before anything can go wrong with it."""
    steps = SLAEvent.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
    event = steps.untried().first() or steps.to_try_again(at).first()
    if event is None:
        return None
    event.next_attempt_at = at + wait_after(event.attempts)
    event.attempts += 1
    event.save(update_fields=["attempts", "next_attempt_at"])
    return event


def wait_after(failed: int) -> timedelta:
    """Return how long a step rests that is tried after ``failed`` attempts, should it fail too."""
    return timedelta(seconds=WAITS[min(failed, len(WAITS) - 1)])


def _try(event: SLAEvent, *, at: datetime) -> bool:
    try:
        return _carry_out_claimed(event, at=at)
    except OperationalError:
        raise
    except Exception as error:
        logger.exception(
            "Step %s of clock %s could not be carried out (attempt %s), again at %s",
            event.step, event.clock_id, event.attempts, event.next_attempt_at,
        )  # fmt: skip
        words = f"{type(error).__name__}: {error}".replace("\x00", "")[:500]
        SLAEvent.objects.filter(pk=event.pk, attempts=event.attempts).update(error=words)
        return False


@transaction.atomic
def _carry_out_claimed(claimed: SLAEvent, *, at: datetime) -> bool:
    """Carry out the step unless it was withdrawn, or is another's, since it was claimed."""
    # The step's lock comes before the ticket's here and nowhere is it the other way round.
    mine = SLAEvent.objects.to_carry_out().filter(pk=claimed.pk, attempts=claimed.attempts)
    event = mine.select_for_update(skip_locked=True, of=("self",), no_key=True).first()
    if event is None:
        return False
    _carry_out(event, at=at)
    return True


def _carry_out(event: SLAEvent, *, at: datetime) -> None:
    ticket_id = SLAClock.objects.values_list("ticket_id", flat=True).get(pk=event.clock_id)
    ticket = Ticket.objects.locked(ticket_id)
    # Whoever changes a clock holds its ticket: from here on it stays as it is.
    clock = SLAClock.objects.select_related("started_by").get(pk=event.clock_id)
    if not _happened(event, clock):
        withdraw([Recorded(event.pk, event.step, event.at)], at=at)
        return
    recipients, acts = _what_follows(event, clock)
    entry = _record(ticket, clock, event, at=at)
    if _matters(event, clock):
        event.outcome = {"acts": level_acts.do_all(acts, ticket_id=ticket.pk, at=at)}
        # Told of the ticket as the acts have left it: the new team's lead, not the old one's.
        entry.ticket = Ticket.objects.get(pk=ticket.pk)
        event.outcome |= alerts.tell(entry, recipients, kind=_kind_of_news(event), at=at)
    else:
        event.outcome = {"over": clock.state}
    event.carried_out_at = at
    event.save(update_fields=["carried_out_at", "outcome"])


def _record(ticket: Ticket, clock: SLAClock, event: SLAEvent, *, at: datetime) -> TimelineEntry:
    deadline = clock.breached_at or clock.due_at
    asked_by = clock.started_by.facts.get("asked_by")
    return record(
        ticket,
        ENTRIES[event.kind],
        at=at,
        after=clock.metric,
        metric=clock.metric,
        deadline=deadline.isoformat() if deadline else None,
        step=event.step,
        due=event.at.isoformat(),
        clock=clock.pk,
        restriction=clock.started_by.restriction,
        **({"asked_by": asked_by} if asked_by else {}),
    )


def _happened(event: SLAEvent, clock: SLAClock) -> bool:
    """Whether it is still true: an answer in time may only have been slower to arrive.

    Usually the answer withdraws the step; not while it was being carried out.
    """
    if event.kind == StepKind.WARNING:
        return True
    return clock.breached_at is not None and event.at >= clock.breached_at


def _matters(event: SLAEvent, clock: SLAClock) -> bool:
    """Whether people must still be disturbed: a missed deadline stays one, a near one may be met
    meanwhile, and a level is for what is still missing.
    """
    if event.kind == StepKind.WARNING:
        return clock.state == ClockState.RUNNING and clock.breached_at is None
    return event.kind == StepKind.BREACH or clock.state in STILL_OPEN


def _what_follows(
    event: SLAEvent, clock: SLAClock
) -> tuple[tuple[Recipient, ...], tuple[LevelAct, ...]]:
    _, _, rest = event.step.partition(":")
    version, _, index = rest.partition(":")
    if not version.isdigit():
        return USUALLY_TOLD[event.kind], ()
    target = targets_from(SLAPolicyVersion.objects.get(pk=version).targets)[clock.metric]
    if event.kind == StepKind.WARNING:
        return target.warnings[int(index)].recipients, ()
    level = target.levels[int(index)]
    return level.recipients, level.acts


def _kind_of_news(event: SLAEvent) -> str:
    if event.kind == StepKind.WARNING:
        return NotificationKind.DEADLINE_NEAR
    return NotificationKind.DEADLINE_MISSED
