"""What a drafted policy would do: to a ticket that arrives then, and to those that are open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.permissions import require
from accounts.rules import Act
from escalations.drafts import read_draft, refuse_rings
from escalations.known_rows import Known
from escalations.matching import FIELDS, Facts, Match, first_match
from escalations.models import BusinessCalendar, Metric
from escalations.policy_reading import read_conditions
from escalations.promises import Promise, Target
from escalations.refusals import Notes
from escalations.services.choices import known_rows
from escalations.services.policies import promise_drafted, promises_in_force
from escalations.ticket_facts import facts_of
from escalations.trials import Due, deadline, dues
from helpdesk.models import Ticket

#: How many open tickets are looked at, the newest first, and how many of those are named.
LOOKED_AT, NAMED = 1000, 20
_USUAL = {"channel": "email", "priority": "normal", "severity": "minor"}
#: Metrics of which the deadline follows from when the ticket was opened.
_FROM_OPENING = (Metric.FIRST_REPLY, Metric.RESOLUTION)


@dataclass(frozen=True)
class Trial:
    """What a ticket with these facts would meet, and what the draft promises it."""

    promise: Promise
    facts: Facts
    match: Match
    dues: tuple[Due, ...]
    known: Known

    @property
    def decides(self) -> bool:
        return self.match.promise is self.promise


@dataclass(frozen=True)
class Change:
    """One promise to one ticket, as it is and as it would be; None: nothing promised."""

    metric: str
    before: Target | None
    after: Target | None
    due_before: datetime | None = None
    due_after: datetime | None = None


@dataclass(frozen=True)
class Different:
    ticket: Ticket
    policy_before: str
    policy_after: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Differences:
    """``count`` of the open tickets looked at would have been promised something else."""

    count: int
    looked_at: int
    is_more: bool
    tickets: tuple[Different, ...]


def try_out(
    draft: Mapping, *, moment: datetime, facts: Mapping | None = None, policy_id=None, by
) -> Trial:
    """Say when a ticket arriving at ``moment`` would be due under the draft.

    Facts that are not given are those the draft asks for, so that it matches.

    :param policy_id: the policy the draft is a version of; a new one stands last.
    :raises InvalidInput: naming every mistake of the draft and the facts by its path.
    """
    require(by, Act.SEE_SLA)
    known = known_rows()
    promise, promises = _with_draft(draft, promises_in_force(), policy_id=policy_id, known=known)
    read = _facts(facts or {}, promise, known)
    match = first_match(promises, read)
    due = dues(promise, channel=read.channel, start=moment)
    return Trial(promise, read, match, due, known)


def drafted_zone(draft: Mapping) -> ZoneInfo | None:
    """Return the zone of the calendar a draft names, if it names one."""
    calendar = draft.get("calendar")
    calendars = BusinessCalendar.objects.select_related("current")
    found = calendars.filter(pk=calendar).first() if isinstance(calendar, int) else None
    return found and ZoneInfo(found.current.zone)


def open_tickets_that_would_differ(draft: Mapping, *, policy_id=None, by) -> Differences:
    """Say which open tickets had been promised something else, had the draft been in force.

    They keep what they were promised: a change is for clocks that start from now on. Bounded:
    the newest open tickets ``by`` may see are looked at, and a few of them named.

    :raises InvalidInput: naming every mistake of the draft by its path.
    """
    require(by, Act.SEE_SLA)
    before = promises_in_force()
    _promise, after = _with_draft(draft, before, policy_id=policy_id, known=known_rows())
    tickets = _open_tickets(by)[: LOOKED_AT + 1]
    rows = list(tickets)
    different = []
    for ticket in rows[:LOOKED_AT]:
        facts = facts_of(ticket)
        was, would_be = first_match(before, facts).promise, first_match(after, facts).promise
        changes = _changes(was, would_be)
        if changes:
            different.append((ticket, was, would_be, changes))
    named = tuple(_different(*each) for each in different[:NAMED])
    return Differences(len(different), len(rows[:LOOKED_AT]), len(rows) > LOOKED_AT, named)


def _with_draft(
    draft: Mapping, in_force: tuple[Promise, ...], *, policy_id, known: Known
) -> tuple[Promise, tuple[Promise, ...]]:
    """Return the drafted promise and all that would be in force with it, in order."""
    read = read_draft(draft, known=known)
    name = next((each.policy_name for each in in_force if each.policy_id == policy_id), "")
    promise = promise_drafted(read, policy_id=policy_id, name=name)
    others = [each for each in in_force if each.policy_id != policy_id]
    refuse_rings(promise, others, known=known)
    if len(others) == len(in_force):
        return promise, (*in_force, promise)
    replaced = (promise if each.policy_id == policy_id else each for each in in_force)
    return promise, tuple(replaced)


def _facts(given: Mapping, promise: Promise, known: Known) -> Facts:
    notes = Notes()
    mapping = notes.mapping(given, "facts", known=FIELDS)
    tags = mapping.get("customer_tags", [])
    single = {k: [v] for k, v in mapping.items() if k != "customer_tags" and v is not None}
    read = read_conditions(single | ({"customer_tags": tags} if tags else {}),
                           known=known, notes=notes)  # fmt: skip
    _name_facts(notes)
    wanted = {name: values[:1] for name, values in promise.conditions.items()}
    values = {name: list(found) for name, found in (wanted | read).items() if found}
    team = values.get("team", [None])[0]
    if team is not None and "tier" not in read:
        values["tier"] = [known.tier_of_team.get(team)]
    tags = tuple(values.pop("customer_tags", ()))
    return Facts(**_USUAL | {name: found[0] for name, found in values.items()}, customer_tags=tags)


def _name_facts(notes: Notes) -> None:
    """A fact is one value: name it as it was sent, not as the condition it was read like."""
    found = {}
    for path, mistake in notes.mistakes.items():
        path = path.replace("conditions.", "facts.", 1)
        found[path if "customer_tags" in path else path.removesuffix(".0")] = mistake
    notes.mistakes = found
    notes.raise_if_any()


def _open_tickets(by):
    tickets = Ticket.objects.visible_to(by).unsolved().unmerged()
    return tickets.select_related("team", "requester").order_by("-pk")


def _changes(was: Promise | None, would_be: Promise | None) -> tuple[Change, ...]:
    before, after = _timed(was), _timed(would_be)
    return tuple(
        Change(metric, was and was.targets.get(metric), would_be and would_be.targets.get(metric))
        for metric in Metric.values
        if before.get(metric) != after.get(metric)
    )


def _timed(promise: Promise | None) -> dict:
    """What of a promise moves a deadline."""
    targets = promise.targets if promise else {}
    return {
        metric: (each.seconds, each.time, each.is_business and promise.calendar_version_id)
        for metric, each in targets.items()
        if each.seconds is not None
    }


def _different(ticket: Ticket, was, would_be, changes) -> Different:
    dated = tuple(
        Change(
            each.metric,
            each.before,
            each.after,
            _due(was, each.before, ticket),
            _due(would_be, each.after, ticket),
        )
        for each in changes
    )
    return Different(
        ticket, was.policy_name if was else "", would_be.policy_name if would_be else "", dated
    )


def _due(promise: Promise | None, target: Target | None, ticket: Ticket) -> datetime | None:
    if target is None or target.metric not in _FROM_OPENING:
        return None
    return deadline(promise, target, ticket.opened_at)
