"""Problems: opened, described, given tickets, and moved from suspected to verified."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.errors import RuleViolation
from accounts.models import User
from accounts.permissions import require
from accounts.rules import Act, may
from escalations.models import Problem, ProblemState, ProblemStep, ProblemTicket
from escalations.problem_states import ProblemAct, step_for
from escalations.services.texts import line_of, words_of
from helpdesk.models import Category, Ticket, TimelineKind
from helpdesk.services.timeline import record

AT_ONCE = 200
MAX_SKUS, MAX_SKU = 50, 64
MAX_TITLE, MAX_PLACE = 190, 60


class ProblemStateForbids(RuleViolation):
    code = "problem_state_forbids"


class ProblemFactsNotPossible(RuleViolation):
    code = "problem_facts_not_possible"


class TooManyToLink(RuleViolation):
    code = "too_many_tickets"


class AlreadyLinked(RuleViolation):
    code = "already_linked"


class TicketNotLinked(RuleViolation):
    code = "ticket_not_linked"


@transaction.atomic
def open_problem(
    *,
    title: str,
    description: str = "",
    skus: Sequence[str] = (),
    carrier: str = "",
    warehouse: str = "",
    category: Category | None = None,
    owner: User | None = None,
    tickets: Iterable[int] = (),
    by,
    at: datetime,
) -> Problem:
    """Suspect a cause behind many tickets.

    :raises TooManyToLink: for more than 200 tickets, or ones not in sight.
    :raises ProblemFactsNotPossible: naming the field.
    """
    require(by, Act.HANDLE_PROBLEMS)
    problem = Problem(opened_at=at, opened_by=by, owner=owner or by)
    _describe(
        problem,
        title=title,
        description=description,
        skus=skus,
        carrier=carrier,
        warehouse=warehouse,
        category=category,
        owner=owner or by,
    )
    problem.save()
    write_step(problem, _("opened"), by=by, at=at)
    _link(problem, list(tickets), by=by, at=at)
    return problem


@transaction.atomic
def change_problem(problem_id: int, *, by, at: datetime, **facts) -> Problem:
    """Change what is known; what is not named stays. ``facts`` as ``open_problem`` takes them.

    :raises ProblemStateForbids: once it is verified: what was measured stays true of it.
    """
    require(by, Act.HANDLE_PROBLEMS)
    problem = locked(problem_id)
    _refuse_verified(problem)
    _describe(problem, **facts)
    problem.save(update_fields=list(facts))
    write_step(problem, _("changed what is known"), by=by, at=at)
    return problem


@transaction.atomic
def link_tickets(problem_id: int, *, tickets: Iterable[int], by, at: datetime) -> int:
    """Link tickets, 200 at most; returns how many were not linked before.

    :raises TooManyToLink: for more, none, or any the person may not see.
    """
    require(by, Act.HANDLE_PROBLEMS)
    problem = locked(problem_id)
    return _link(problem, list(tickets), by=by, at=at, is_asked=True)


@transaction.atomic
def link_ticket(ticket_id: int, *, problem: int, by, at: datetime) -> None:
    """Link one ticket, as one act of many on a list.

    :raises TooManyToLink: if it is merged away or not the person's to see.
    :raises AlreadyLinked: if it is linked.
    """
    if not link_tickets(problem, tickets=[ticket_id], by=by, at=at):
        message = _("Ticket %(number)d is linked to problem %(problem)d already.")
        raise AlreadyLinked(message % {"number": ticket_id, "problem": problem}, field="problem")


@transaction.atomic
def unlink_ticket(problem_id: int, *, ticket: int, by, at: datetime) -> None:
    """Take a ticket off a problem again; both tell that it once was linked.

    :raises TicketNotLinked: if it is not.
    """
    require(by, Act.HANDLE_PROBLEMS)
    problem = locked(problem_id)
    found = Ticket.objects.visible_to(by).filter(pk=ticket, problem_links__problem=problem).first()
    if found is None:
        message = _("Ticket %(number)d is not linked to this problem.") % {"number": ticket}
        raise TicketNotLinked(message, field="ticket")
    found = Ticket.objects.locked(ticket)
    ProblemTicket.objects.filter(problem=problem, ticket=found).delete()
    record(
        found, TimelineKind.PROBLEM_UNLINKED, by=by, at=at,
        before=problem.title, problem=problem.pk,
    )  # fmt: skip
    write_step(problem, _("took off ticket %(number)d") % {"number": ticket}, by=by, at=at)


def confirm_problem(problem_id: int, *, reason: str = "", by, at: datetime) -> Problem:
    """Say that the cause is real."""
    return _move(problem_id, ProblemAct.CONFIRM, reason=reason, by=by, at=at, confirmed_at=at)


def reopen_problem(problem_id: int, *, reason: str, by, at: datetime) -> Problem:
    """Say that the fix was none after all."""
    reason = line_of(reason, field="reason", most=200)
    return _move(problem_id, ProblemAct.REOPEN, reason=reason, by=by, at=at, fixed_on=None)


def fix_problem(problem_id: int, *, fixed_on: date, reason: str = "", by, at: datetime) -> Problem:
    """Say since which day the cause is gone; the rate is compared around it later.

    :raises ProblemFactsNotPossible: for a day to come.
    """
    if fixed_on > at.date():
        message = _("Say when it was fixed: a day that has come already.")
        raise ProblemFactsNotPossible(message, field="fixed_on")
    words = " ".join(filter(None, [fixed_on.isoformat(), reason]))
    return _move(problem_id, ProblemAct.FIX, reason=words, by=by, at=at, fixed_on=fixed_on)


def locked(problem_id: int) -> Problem:
    """Take the problem's lock. Needs a transaction; tickets are locked after it."""
    rows = Problem.objects.select_related("owner", "category")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=problem_id)


def refuse_act(problem: Problem, act: ProblemAct) -> ProblemStateForbids:
    state = {"state": problem.get_state_display()}
    return ProblemStateForbids(_("Not possible: the problem is “%(state)s”.") % state, act=act)


@transaction.atomic
def _move(problem_id: int, act: ProblemAct, *, reason: str, by, at: datetime, **facts) -> Problem:
    require(by, Act.HANDLE_PROBLEMS)
    problem = locked(problem_id)
    step = step_for(problem.state, act)
    if step is None:
        raise refuse_act(problem, act)
    problem.state = step.end
    for name, value in facts.items():
        setattr(problem, name, value)
    problem.save(update_fields=["state", *facts])
    words = ": ".join(filter(None, [problem.get_state_display(), reason.strip()]))
    write_step(problem, words, by=by, at=at)
    return problem


def _link(problem: Problem, numbers: list[int], *, by, at: datetime, is_asked=False) -> int:
    numbers = sorted(set(numbers))
    if not numbers and not is_asked:
        return 0
    _refuse_numbers(numbers, by)
    known = set(problem.links.filter(ticket__in=numbers).values_list("ticket_id", flat=True))
    new = [number for number in numbers if number not in known]
    for number in new:
        ticket = Ticket.objects.locked(number)
        ProblemTicket.objects.create(problem=problem, ticket=ticket, linked_at=at, linked_by=by)
        record(
            ticket, TimelineKind.PROBLEM_LINKED, by=by, at=at,
            after=problem.title, problem=problem.pk,
        )  # fmt: skip
    if new:
        words = ngettext("linked %(count)d ticket", "linked %(count)d tickets", len(new))
        write_step(problem, words % {"count": len(new)}, by=by, at=at)
    return len(new)


def _refuse_numbers(numbers: list[int], by) -> None:
    if not 1 <= len(numbers) <= AT_ONCE:
        message = _("Give 1 to %(limit)d tickets.") % {"limit": AT_ONCE}
        raise TooManyToLink(message, field="tickets")
    visible = Ticket.objects.visible_to(by).unmerged().filter(pk__in=numbers)
    unseen = sorted(set(numbers) - set(visible.values_list("pk", flat=True)))
    if unseen:
        named = ", ".join(map(str, unseen[:10]))
        message = _("Not there, merged, or not yours to see: %(numbers)s.") % {"numbers": named}
        raise TooManyToLink(message, field="tickets")


def _describe(problem: Problem, **facts) -> None:
    read = {
        "title": lambda words: line_of(words, field="title", most=MAX_TITLE),
        "description": lambda words: words_of(words, field="description", least=0),
        "skus": _skus,
        "carrier": lambda words: line_of(words, field="carrier", least=0, most=MAX_PLACE),
        "warehouse": lambda words: line_of(words, field="warehouse", least=0, most=MAX_PLACE),
        "category": lambda category: category,
        "owner": _owner,
    }
    for name, value in facts.items():
        setattr(problem, name, read[name](value))


def _skus(words: Sequence[str]) -> list[str]:
    skus = list(dict.fromkeys(word.strip() for word in words if word.strip()))
    if len(skus) > MAX_SKUS or any(len(sku) > MAX_SKU or not sku.isprintable() for sku in skus):
        limits = {"count": MAX_SKUS, "length": MAX_SKU}
        message = _("Give at most %(count)d SKUs or ASINs of %(length)d characters.") % limits
        raise ProblemFactsNotPossible(message, field="skus")
    return skus


def _owner(person: User) -> User:
    if not may(person, Act.HANDLE_PROBLEMS):
        message = _("%(name)s does not handle problems.") % {"name": person}
        raise ProblemFactsNotPossible(message, field="owner")
    return person


def _refuse_verified(problem: Problem) -> None:
    if problem.state == ProblemState.VERIFIED:
        raise ProblemStateForbids(_("The problem is verified; open a new one if it comes back."))


def write_step(problem: Problem, words: str, *, by, at: datetime) -> None:
    """Append to what was done to a problem. Needs its lock."""
    ProblemStep.objects.create(problem=problem, at=at, by=by, words=words[:250])
