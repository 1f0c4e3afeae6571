"""What criteria would find: how many open tickets now, how many of the last month, and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from accounts.permissions import require
from accounts.rules import Act
from escalations.case_facts import CaseFacts
from escalations.criteria import because, criteria_from
from escalations.criteria_queries import may_meet
from escalations.criteria_reading import read_criteria
from escalations.known_rows import Known
from escalations.refusals import Notes
from escalations.services.case_facts import facts_of_cases, fields_asked
from escalations.services.choices import known_rows
from helpdesk.models import Ticket

#: So many tickets are held against the criteria, the newest first, and so many are named.
LOOKED_AT, NAMED = 2000, 20
LAST_DAYS = timedelta(days=30)


@dataclass(frozen=True)
class Matches:
    """``count`` of the tickets looked at; with ``is_more`` there are some that were not."""

    count: int
    looked_at: int
    is_more: bool


@dataclass(frozen=True)
class Match:
    ticket: Ticket
    because: list[dict]


@dataclass(frozen=True)
class Preview:
    open: Matches
    lately: Matches
    tickets: tuple[Match, ...]
    known: Known


def preview(criteria: object, *, by, at: datetime) -> Preview:
    """Hold the tickets ``by`` may see against criteria, without keeping them.

    Those of the last 30 days are looked at as they stand now, be they solved or not. The database
    leaves out what cannot meet the criteria; of the rest the newest are looked at.

    :raises InvalidInput: naming every mistake of the criteria by its path.
    """
    require(by, Act.SEE_SLA)
    notes, known = Notes(), known_rows()
    read = read_criteria(criteria, known=known, notes=notes)
    notes.raise_if_any()
    group = criteria_from(read)
    if group is None:
        nothing = Matches(0, 0, False)
        return Preview(nothing, nothing, (), known)
    tickets = Ticket.objects.visible_to(by).unmerged().filter(may_meet(group))
    still_open = _newest(tickets.unsolved())
    lately = _newest(tickets.filter(Q(opened_at__gt=at - LAST_DAYS)))
    asked = fields_asked([group])
    facts = facts_of_cases({*still_open, *lately}, asked=asked, at=at)
    met = {pk: found for pk, found in facts.items() if group.is_met(found)}
    named = _named([pk for pk in still_open[:LOOKED_AT] if pk in met], met, group)
    return Preview(_matches(still_open, met), _matches(lately, met), named, known)


def _newest(tickets: QuerySet) -> list[int]:
    return list(tickets.order_by("-pk").values_list("pk", flat=True)[: LOOKED_AT + 1])


def _matches(numbers: list[int], met: dict[int, CaseFacts]) -> Matches:
    looked_at = numbers[:LOOKED_AT]
    return Matches(sum(pk in met for pk in looked_at), len(looked_at), len(numbers) > LOOKED_AT)


def _named(numbers: list[int], met: dict[int, CaseFacts], group) -> tuple[Match, ...]:
    first = numbers[:NAMED]
    tickets = Ticket.objects.only("pk", "subject").in_bulk(first)
    return tuple(Match(tickets[pk], because(group, met[pk])) for pk in first)
