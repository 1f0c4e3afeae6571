"""Keeping the clocks of a ticket true to its timeline, in the transaction of every act.

Each act reads the story anew and writes only what it changed. Whoever calls holds the ticket's
lock; the clocks' locks come after it. Rules: docs/decisions/030.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from escalations import events
from escalations.clock_marks import REPLIES, Entry, Story
from escalations.clock_threads import WAITING_SINCE
from escalations.clockwork import fold
from escalations.models import STILL_OPEN, ClockState, Metric, SLAClock, SLAEvent
from escalations.services.clock_rows import (
    COLUMNS,
    Recorded,
    columns,
    differing,
    is_sooner,
    is_true,
    recorded_on,
    stories_of,
    told,
    withdraw,
    write,
)
from escalations.services.settling import settle
from escalations.services.terms import Asked, terms_from
from escalations.ticket_facts import ASKS_AGAIN
from helpdesk.models import Customer, Status, Ticket, TimelineEntry, TimelineKind
from helpdesk.services.timeline import record

MIN_REASON, MAX_REASON = 3, 250
#: Statuses that let clocks rest or stop; between the others they just run on.
MOVING = frozenset({Status.PENDING, Status.SOLVED, Status.CLOSED})


class ReasonNeeded(RuleViolation):
    code = "reason_needed"


class NothingWaits(RuleViolation):
    code = "nothing_waits"


class Difference(NamedTuple):
    """A column of a clock's row that is not what the timeline says."""

    clock_id: int
    column: str
    stored: object
    rebuilt: object


def start_clocks(ticket: Ticket, *, since: datetime, at: datetime) -> list[SLAClock]:
    """Start the clocks of a ticket just opened, whose customer waits: one SELECT, one INSERT."""
    facts = {WAITING_SINCE: since.isoformat()} if since < at else {}
    opened = Entry(ticket.last_event, ticket.pk, TimelineKind.OPENED, at, facts=facts)
    found = told([opened], ticket_id=ticket.pk, channels={ticket.pk: ticket.channel})
    clocks = _start(ticket, list(found.values()), Asked(ticket), at=at, is_late=False)
    _tell(ticket, clocks, clocks, at=at)
    return clocks


def sync(ticket: Ticket, *, at: datetime, asks_again: bool = False) -> list[SLAClock]:
    """Bring the clocks of a ticket in line with its timeline; returns those that changed.

    ``asks_again`` is for acts that change what policies ask: they may promise something else now.
    """
    clocks = list(_locked(ticket))
    recorded = settle(clocks, at=at)
    told_by_timeline = [clock for clock in clocks if clock.terms]
    found = stories_of(ticket)
    rowless = _without_row(found, clocks, at=at, asks_again=asks_again)
    asked = Asked(ticket) if asks_again or rowless else None
    if asks_again:
        _renew_terms(told_by_timeline, found, asked, at=at)
    changed = _bring_in_line(told_by_timeline, found, at=at)
    new = _start(ticket, rowless, asked, at=at, is_late=asks_again) if rowless else []
    if recorded:
        events.steps_recorded.send(SLAEvent, count=len(recorded), at=at)
    _tell(ticket, clocks + new, changed + new, at=at)
    return changed + new


def sync_once(ticket: Ticket, *, at: datetime) -> None:
    """Sync unless an earlier event of the same act has: a reply may bring a status with it."""
    if getattr(ticket, "clocks_read_to", None) != ticket.last_event:
        sync(ticket, at=at)


def sync_after_step(ticket: Ticket, before: str, *, at: datetime) -> None:
    """Sync after a change of status, if clocks care for either of the two."""
    if MOVING & {before, ticket.status}:
        sync_once(ticket, at=at)


def sync_all(tickets: Sequence[Ticket], *, at: datetime) -> None:
    """Sync tickets that a merge joined or parted, and the living ticket above them."""
    for ticket in tickets:
        sync_once(ticket, at=at)
        if ticket.merge_root_id and ticket.merge_root_id not in {each.pk for each in tickets}:
            sync(Ticket.objects.locked(ticket.merge_root_id), at=at)


def ask_again_after(ticket: Ticket, entry: TimelineEntry) -> None:
    """Ask the policies again after an entry that changes what they ask."""
    if entry.kind in ASKS_AGAIN:
        sync(ticket, at=entry.at, asks_again=True)


def ask_again_for(customer: Customer, *, at: datetime) -> None:
    """Ask the policies again for what is open of a customer: they may ask for the tags."""
    unsolved = Ticket.objects.unsolved().filter(requester=customer).order_by("pk")
    for ticket_id in list(unsolved.values_list("pk", flat=True)):
        sync(Ticket.objects.locked(ticket_id), at=at, asks_again=True)


@transaction.atomic
def exempt_clock(
    ticket_id: int, *, reason: str, by, at: datetime, metrics: Collection[str] = ()
) -> Ticket:
    """Say that no response is needed: ends the open reply clocks, or those of ``metrics``.

    A later message of the customer starts anew.

    :raises ReasonNeeded: without a reason of a few words, 250 characters at most.
    :raises NothingWaits: if none of these clocks is open.
    """
    require(by, Act.EXEMPT_CLOCK)
    reason = " ".join(reason.split())
    if not MIN_REASON <= len(reason) <= MAX_REASON:
        raise ReasonNeeded(_("Say in a few words why no response is needed."), field="reason")
    ticket = Ticket.objects.locked(ticket_id)
    waiting = ticket.clocks.still_open().filter(metric__in=metrics or REPLIES)
    found = sorted(set(waiting.values_list("metric", flat=True)) & set(REPLIES))
    if not found:
        raise NothingWaits(_("No reply is owed on this ticket."), field="metrics")
    kind = TimelineKind.SLA_EXEMPTED
    record(ticket, kind, by=by, at=at, after=reason, metrics=found, reason=reason)
    sync(ticket, at=at)
    return ticket


@transaction.atomic
def rebuild(ticket: Ticket, *, repairs: bool = False) -> list[Difference]:
    """Read every clock of a ticket anew from its timeline and say where the rows differ."""
    Ticket.objects.locked(ticket.pk)
    clocks = [clock for clock in _locked(ticket) if clock.terms]
    found, recorded = stories_of(ticket), recorded_on([clock.pk for clock in clocks])
    differences, wrong = [], []
    for clock in clocks:
        said = _said(clock, found.get(_key(clock)), recorded[clock.pk])
        differs = differing(clock, said)
        differences += (Difference(clock.pk, name, *pair) for name, pair in differs.items())
        if differs and _key(clock) in found:
            _take(clock, said)
            wrong.append(clock)
    if repairs:
        write(wrong)
    return differences


def _said(clock: SLAClock, story: Story | None, recorded: Collection[Recorded]) -> dict:
    """Return what a row has to say; one without a story should not be there at all."""
    if story is None:
        return {name: getattr(clock, name) for name in COLUMNS} | {"state": "without a story"}
    return columns(story, clock.terms, recorded)


def _locked(ticket: Ticket):
    locked = SLAClock.objects.select_for_update(of=("self",), no_key=True)
    return locked.filter(ticket=ticket).order_by("pk")


def _take(clock: SLAClock, said: Mapping) -> None:
    for name, value in said.items():
        setattr(clock, name, value)


def _without_row(
    found: dict, clocks: Collection[SLAClock], *, at: datetime, asks_again: bool
) -> list[Story]:
    """Return the open stories that nobody promised anything about yet, and may now.

    A story is asked about when it comes to be and when the ticket changes, not whenever it is
    read: a policy made later promises nothing to clocks that could have started before it. What
    is promised with an escalation or inquiry is asked when that is made, and only then.
    """
    rows = {_key(clock) for clock in clocks}
    return [
        story
        for key, story in found.items()
        if key not in rows and story.is_open and _may_start(story, at=at, asks_again=asks_again)
    ]


def _may_start(story: Story, *, at: datetime, asks_again: bool) -> bool:
    return story.known_at == at or (asks_again and not story.reference)


def _renew_terms(clocks: Collection[SLAClock], found: dict, asked: Asked, *, at: datetime) -> None:
    """Another policy that matches now promises from now on; what was missed stays missed."""
    for clock in clocks:
        story = found.get(_key(clock))
        if story is None or clock.state not in STILL_OPEN or clock.breached_at is not None:
            continue
        terms = asked.terms(story, since=at)
        if terms and terms["policy"] not in (None, clock.terms[-1]["policy"]):
            renewed = [*clock.terms, terms]
            if not clock.reference or is_sooner(story, renewed, than=clock.terms):
                clock.terms = renewed


def _bring_in_line(clocks: Collection[SLAClock], found: dict, *, at: datetime) -> list[SLAClock]:
    recorded = recorded_on([clock.pk for clock in clocks if _may_have_steps(clock, found)])
    changed, reopened = [], []
    for clock in clocks:
        story = found.get(_key(clock))
        if story is None:
            continue
        said = columns(story, clock.terms, _true_ones(clock, story, recorded, at=at))
        if not differing(clock, said):
            continue
        if clock.state not in STILL_OPEN and said["state"] in STILL_OPEN:
            reopened.append(clock)
        _take(clock, said)
        changed.append(clock)
    write(changed, reopened=reopened)
    return changed


def _true_ones(clock: SLAClock, story: Story, recorded: dict, *, at: datetime) -> list[Recorded]:
    steps = recorded.get(clock.pk, [])
    reading = fold(story, terms_from(clock.terms)) if steps else None
    wrong = [each for each in steps if not is_true(each, reading)]
    if wrong:
        withdraw(wrong, at=at)
    return [each for each in steps if each not in wrong]


def _may_have_steps(clock: SLAClock, found: dict) -> bool:
    """Whether steps of a clock may have been recorded that its new row depends on."""
    story = found.get(_key(clock))
    if story is None:
        return False
    last = clock.terms[-1]
    is_untouched = (
        clock.state == ClockState.RUNNING
        and len(clock.pending_steps) == len(last["warnings"]) + 1 + len(last["levels"])
        and len(clock.terms) == 1
    )
    return not is_untouched and (story.is_open or clock.breached_at is not None)


def _start(
    ticket: Ticket, found: Collection[Story], asked: Asked, *, at: datetime, is_late: bool
) -> list[SLAClock]:
    clocks = []
    for story in found:
        since = at if is_late and story.known_at != at else story.started_at
        terms = asked.terms(story, since=since)
        if terms is not None:
            clocks.append(
                SLAClock(
                    ticket=ticket,
                    metric=story.metric,
                    reference=story.reference,
                    started_by_id=story.started_by,
                    **columns(story, [terms]),
                )
            )
    if clocks:
        SLAClock.objects.bulk_create(clocks)
    return clocks


def _tell(ticket: Ticket, clocks, changed: Collection[SLAClock], *, at: datetime) -> None:
    """Let the ticket at hand know what a trigger wrote, and others what changed."""
    running = [
        clock.due_at
        for clock in clocks
        if clock.state == ClockState.RUNNING and clock.metric != Metric.INQUIRY
    ]
    ticket.due_at = min(running, default=None)
    ticket.clocks_read_to = ticket.last_event
    if changed:
        events.clocks_changed.send(SLAClock, clocks=changed, at=at)


def _key(clock: SLAClock) -> tuple[str, int]:
    return clock.metric, clock.started_by_id
