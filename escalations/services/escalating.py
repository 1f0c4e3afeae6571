"""Handing a case up: a contract begins, or the one that runs is joined."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from escalations.contract import WAITING, ContractAct
from escalations.models import Escalation, EscalationAct, EscalationRoute, RouteVersion
from escalations.questions import questions_from, read_answers
from escalations.refusals import Notes
from escalations.services.contract import Contract, begin, read_words, running_on
from helpdesk.models import Priority, Ticket, TimelineKind
from helpdesk.services.linking import start_following
from helpdesk.services.timeline import record


class CannotEscalate(RuleViolation):
    code = "cannot_escalate"


class Escalated(NamedTuple):
    """``is_new`` is false where the call joined the escalation that ran already."""

    escalation: Escalation
    is_new: bool


@transaction.atomic
def escalate(
    ticket_id: int,
    *,
    route_id: int,
    reason: str,
    facts: Mapping | None = None,
    by,
    at: datetime,
) -> Escalated:
    """Hand a case up by a route. While one runs, whoever escalates joins it.

    ``facts`` answers the questions of the route by their keys. ``by`` is None for the system.

    :raises WordsNeeded: without a reason of ten letters.
    :raises InvalidInput: naming every missing or impossible fact, ``facts.<key>``.
    :raises CannotEscalate: for a ticket that is over, a route out of force, or one to the team
        that has the ticket.
    """
    require(by, Act.ESCALATE)
    ticket = Ticket.objects.locked(ticket_id)
    _refuse_ended(ticket)
    version = _version_of(route_id)
    reason = read_words(reason, field="reason")
    running = running_on(ticket)
    if running is not None:
        return Escalated(_join(running, version, reason, facts or {}, by=by, at=at), False)
    if version.team_id == ticket.team_id:
        raise CannotEscalate(
            _("The ticket is with %(team)s already.") % {"team": version.team}, field="route"
        )
    read = _read_facts(facts or {}, version)
    return Escalated(_open(ticket, version, reason, read, by=by, at=at), True)


@transaction.atomic
def resubmit(
    escalation_id: int, *, reason: str, facts: Mapping | None = None, by, at: datetime
) -> Escalation:
    """Hand a case up again that was sent back; the clocks of the tier go on where they rested.

    ``facts`` adds to what was said before and replaces it.

    :raises WordsNeeded: without a reason of ten letters.
    :raises InvalidInput: naming every fact that is missing still, or impossible.
    """
    contract, step = begin(escalation_id, ContractAct.RESUBMIT, by=by)
    reason = read_words(reason, field="reason")
    escalation = contract.escalation
    known = escalation.facts | dict(facts or {})
    escalation.facts = _read_facts(known, escalation.version)
    escalation.save(update_fields=["facts"])
    contract.take(step)
    contract.give_to(escalation.team, None)
    return contract.write(
        EscalationAct.RESUBMITTED, by=by, at=at, reason=reason, facts=escalation.facts
    )


def _version_of(route_id: int) -> RouteVersion:
    routes = EscalationRoute.objects.select_related("current__team__tier")
    route = routes.get(pk=route_id)
    if not route.is_active or route.current is None:
        message = _("The route “%(name)s” is not in force.") % {"name": route}
        raise CannotEscalate(message, field="route")
    route.current.route = route
    return route.current


def _refuse_ended(ticket: Ticket) -> None:
    if ticket.merge_root_id:
        raise CannotEscalate(
            _("Ticket %(number)d was merged; escalate %(target)d.")
            % {"number": ticket.pk, "target": ticket.merge_root_id}
        )
    if not ticket.is_unsolved:
        raise CannotEscalate(
            _("Ticket %(number)d is %(status)s; reopen it first.")
            % {"number": ticket.pk, "status": ticket.get_status_display().lower()}
        )


def _read_facts(facts: Mapping, version: RouteVersion) -> dict:
    notes = Notes()
    read = read_answers(facts, questions_from(version.questions), notes=notes)
    notes.raise_if_any()
    return read


def _open(ticket: Ticket, version: RouteVersion, reason, facts, *, by, at) -> Escalation:
    team, first_agent = version.team, ticket.assignee or by
    escalation = Escalation.objects.create(
        ticket=ticket,
        version=version,
        from_tier=ticket.team.tier if ticket.team else None,
        to_tier=team.tier,
        from_team=ticket.team,
        team=team,
        first_agent=first_agent,
        state=WAITING,
        priority=max(ticket.priority, version.priority or 0),
        reason=reason,
        facts=facts,
        escalated_at=at,
    )
    contract = Contract(escalation, ticket)
    _keep_in_sight(ticket, first_agent, by, at=at)
    contract.give_to(team, None)
    _raise_priority(ticket, escalation.priority, by=by, at=at)
    return contract.write(EscalationAct.ESCALATED, by=by, at=at, reason=reason, facts=facts)


def _join(contract: Contract, version: RouteVersion, reason, facts, *, by, at) -> Escalation:
    """Keep what was said; nothing is required of somebody who only confirms."""
    read = read_answers(facts, questions_from(version.questions), notes=Notes())
    said = {key: answer for key, answer in read.items() if answer not in (None, "")}
    _keep_in_sight(contract.ticket, by, at=at)
    return contract.write(
        EscalationAct.JOINED, by=by, at=at, reason=reason, facts=said, asked=version.route.name
    )


def _keep_in_sight(ticket: Ticket, *people, at: datetime) -> None:
    """Who hands a case up sees how it ends."""
    for person in {one.pk: one for one in people if one is not None}.values():
        start_following(ticket, person, at=at)


def _raise_priority(ticket: Ticket, wanted: int, *, by, at: datetime) -> None:
    before = Priority(ticket.priority)
    if wanted > before:
        ticket.priority = wanted
        ticket.save(update_fields=["priority"])
        names = {"before": before.name.lower(), "after": Priority(wanted).name.lower()}
        record(ticket, TimelineKind.PRIORITY_CHANGED, by=by, at=at, **names)
