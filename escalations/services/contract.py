"""What every act on an escalation does alike: take the lock, ask the table, write, announce.

The ticket's lock is the escalation's too: whoever acts on either holds it. What may follow what
is ``escalations.contract``'s alone.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.models import Team, TeamMembership, User
from accounts.rules import Act, may
from escalations import events
from escalations.contract import (
    STEPS,
    WAITING,
    Case,
    ContractAct,
    Party,
    Step,
    acts_of,
    after,
    step_for,
)
from escalations.models import Escalation, EscalationAct, EscalationStep
from escalations.presence import Presence, presence
from helpdesk.models import Ticket, TimelineKind
from helpdesk.services.notifications import reader_of
from helpdesk.services.timeline import record

MIN_REASON, MAX_REASON = 10, 4000
_LOADED = (
    "version__route", "version__skill", "team__tier", "from_team", "first_agent", "specialist"
)  # fmt: skip
_CHANGING = (
    "team", "to_tier", "specialist", "state", "returns", "is_binding", "accepted_at", "ended_at",
    "resolution", "outcome",
)  # fmt: skip
#: What of a step its timeline entry repeats, because clocks are read from the timeline.
_CLOCKS_ASK = ("decision",)
_ANNOUNCED = {
    EscalationAct.ESCALATED: (TimelineKind.ESCALATED, events.escalated),
    EscalationAct.JOINED: (TimelineKind.ESCALATION_JOINED, events.escalation_joined),
    EscalationAct.ACCEPTED: (TimelineKind.ESCALATION_ACCEPTED, events.escalation_accepted),
    EscalationAct.SENT_BACK: (TimelineKind.ESCALATION_SENT_BACK, events.escalation_sent_back),
    EscalationAct.RESUBMITTED: (
        TimelineKind.ESCALATION_RESUBMITTED,
        events.escalation_resubmitted,
    ),
    EscalationAct.DECIDED: (TimelineKind.ESCALATION_DECIDED, events.escalation_decided),
    EscalationAct.HANDED_OVER: (TimelineKind.ESCALATION_HANDED_OVER, events.escalation_handed_over),
    EscalationAct.RELEASED: (TimelineKind.ESCALATION_RELEASED, events.escalation_released),
    EscalationAct.WITHDRAWN: (TimelineKind.ESCALATION_WITHDRAWN, events.escalation_withdrawn),
    EscalationAct.COMPLETED: (TimelineKind.ESCALATION_COMPLETED, events.escalation_completed),
}


class EscalationNotPossible(RuleViolation):
    code = "escalation_not_possible"


class AlreadyAccepted(RuleViolation):
    code = "already_accepted"


class EscalationIsBinding(RuleViolation):
    code = "escalation_is_binding"


class WordsNeeded(RuleViolation):
    code = "words_needed"


@dataclass
class Contract:
    """An escalation while somebody acts on it, with its ticket locked, and who it was with."""

    escalation: Escalation
    ticket: Ticket

    def __post_init__(self):
        self.left_team, self.left_person = self.ticket.team, self.ticket.assignee_id

    @property
    def case(self) -> Case:
        return case_of(self.escalation)

    def take(self, step: Step) -> None:
        """Go where the step leads."""
        case = after(self.case, step)
        escalation = self.escalation
        escalation.state, escalation.returns, escalation.is_binding = case
        if case.state == WAITING:
            escalation.specialist = escalation.accepted_at = None

    def give_to(self, team: Team | None, person: User | None) -> None:
        self.ticket.team, self.ticket.assignee = team, person
        self.ticket.save(update_fields=["team", "assignee"])

    def give_back(self, *, at: datetime) -> None:
        """Return the ticket to the team and the agent it came from, if they are there."""
        first = self.escalation.first_agent
        self.give_to(self.escalation.from_team, first if is_there(first, at=at) else None)

    def write(
        self, act: str, *, by, at: datetime, to: User | None = None, reason: str = "", **facts
    ) -> Escalation:
        """Save, write the step and the timeline entry, and announce it."""
        escalation, ticket = self.escalation, self.ticket
        kind, event = _ANNOUNCED[act]
        escalation.save(update_fields=_CHANGING)
        step = EscalationStep.objects.create(
            escalation=escalation, act=act, at=at, by=by, to=to, reason=reason, facts=facts
        )
        entry = record(
            ticket,
            kind,
            by=by,
            at=at,
            before=self.left_team or "",
            after=to or ticket.team or "",
            escalation=escalation.pk,
            step=step.pk,
            state=escalation.state,
            route=escalation.version.route.name,
            **{name: facts[name] for name in _CLOCKS_ASK if name in facts},
            **self._left(),
        )
        event.send(Escalation, escalation=escalation, step=step, entry=entry, by=by, at=at)
        return escalation

    def _left(self) -> dict:
        """Name who may lose the ticket from sight, for those who draw lists."""
        left = {}
        if self.left_team and self.left_team.pk != self.ticket.team_id:
            left["left_team"] = self.left_team.pk
        if self.left_person and self.left_person != self.ticket.assignee_id:
            left["left_person"] = self.left_person
        return left


def begin(escalation_id: int, act: ContractAct, *, by: User | None) -> tuple[Contract, Step]:
    """Lock, and return the contract with the row of the table the act takes.

    :raises PermissionDenied: for whoever may never do this on this escalation.
    :raises AlreadyAccepted: if somebody else was first.
    :raises EscalationIsBinding: for sending back what a lead has decided.
    :raises EscalationNotPossible: if it cannot go there from where it is.
    """
    ticket_id = Escalation.objects.values_list("ticket_id", flat=True).get(pk=escalation_id)
    ticket = Ticket.objects.locked(ticket_id)
    contract = Contract(Escalation.objects.select_related(*_LOADED).get(pk=escalation_id), ticket)
    parties = parties_of(contract.escalation, by)
    if not parties & who_may_ever(act):
        raise PermissionDenied(_("This escalation is for others to act on."))
    step = step_for(contract.case, act)
    if step is None or (by is not None and step.who == {Party.SYSTEM}):
        raise _why_not(contract.escalation, act)
    if not parties & step.who:
        raise PermissionDenied(_("This escalation is for others to act on."))
    return contract, step


def running_on(ticket: Ticket) -> Contract | None:
    """Return the contract that runs on a locked ticket."""
    running = Escalation.objects.running().select_related(*_LOADED).filter(ticket=ticket).first()
    return running and Contract(running, ticket)


def case_of(escalation: Escalation) -> Case:
    return Case(escalation.state, escalation.returns, escalation.is_binding)


def acts_possible(escalation: Escalation, user: User) -> frozenset[ContractAct]:
    """Return what somebody may do to an escalation now, for buttons. One query."""
    return acts_of(case_of(escalation), parties_of(escalation, user))


def parties_of(escalation: Escalation, user: User | None) -> frozenset[Party]:
    """Return what somebody is to an escalation; ``None`` is the system."""
    if user is None:
        return frozenset({Party.SYSTEM})
    teams = [escalation.team_id, escalation.from_team_id]
    rows = TeamMembership.objects.filter(user=user, team_id__in=teams)
    is_lead_in = dict(rows.values_list("team_id", "is_lead"))
    is_first_team = escalation.from_team_id is None or escalation.from_team_id in is_lead_in
    leads_all = may(user, Act.SEE_ALL_TICKETS) or None
    leads_first = escalation.from_team_id is None or is_lead_in.get(escalation.from_team_id)
    said = {
        Party.MEMBER: may(user, Act.ACCEPT_ESCALATION) and escalation.team_id in is_lead_in,
        Party.SPECIALIST: may(user, Act.ACCEPT_ESCALATION) and escalation.specialist_id == user.pk,
        Party.LEAD: _leads(user) and (leads_all or is_lead_in.get(escalation.team_id)),
        Party.FIRST_AGENT: may(user, Act.ESCALATE) and escalation.first_agent_id == user.pk,
        Party.FIRST_TEAM: may(user, Act.ESCALATE) and is_first_team,
        Party.FIRST_LEAD: _leads(user) and (leads_all or leads_first),
    }
    return frozenset(party for party, is_so in said.items() if is_so)


def who_may_ever(act: ContractAct) -> frozenset[Party]:
    return frozenset().union(*(step.who for step in STEPS if step.act == act))


def is_there(person: User | None, *, at: datetime) -> bool:
    """Whether somebody can be given a ticket: may work on it, and is not on leave."""
    if person is None or not may(person, Act.REPLY):
        return False
    return presence(reader_of(person), at=at) != Presence.ON_LEAVE


def read_words(words: str, *, field: str) -> str:
    """Return a text with its lines kept.

    :raises WordsNeeded: with fewer than ten letters or digits, or more than 4,000 characters.
    """
    words = words.strip()
    if sum(letter.isalnum() for letter in words) < MIN_REASON or len(words) > MAX_REASON:
        raise WordsNeeded(
            _("Say it in %(least)d letters at least and %(most)d at most.")
            % {"least": MIN_REASON, "most": MAX_REASON},
            field=field,
        )
    return words


def _leads(user: User) -> bool:
    return may(user, Act.DECIDE_ESCALATION)


def _why_not(escalation: Escalation, act: ContractAct) -> RuleViolation:
    now = escalation.get_state_display()
    if act == ContractAct.ACCEPT and escalation.specialist_id:
        return AlreadyAccepted(
            _("%(name)s has accepted this already.") % {"name": escalation.specialist}
        )
    if act == ContractAct.SEND_BACK and escalation.is_binding:
        return EscalationIsBinding(
            _("A lead has decided that the case belongs here; hand it over or complete it.")
        )
    return EscalationNotPossible(
        _("The escalation is where it cannot be done: %(state)s.") % {"state": now}
    )
