from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Role
from escalations.models import Escalation, EscalationRoute
from escalations.refusals import InvalidInput
from escalations.services.accepting import accept
from escalations.services.contract import WordsNeeded
from escalations.services.escalating import CannotEscalate, escalate
from helpdesk.models import Notification, Priority, Ticket
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.lifecycle import close_solved_tickets, solve_ticket
from helpdesk.services.merging import merge_ticket
from tests.concurrency import all_at_once, while_uncommitted
from tests.escalations.making import REASON, make_escalation, make_route, make_specialist
from tests.factories import MONDAY, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db

QUESTIONS = [
    {"key": "serial", "label": "Serial number"},
    {"key": "value", "label": "Value of the goods", "kind": "money"},
    {"key": "photos", "label": "Are there photos?", "kind": "yes_no", "is_required": False},
]
FACTS = {"serial": "KN-2611", "value": {"amount": "129.90", "currency": "EUR"}}


@pytest.fixture
def agent():
    return make_user()


def kinds(ticket) -> list[str]:
    return list(ticket.timeline.in_order().values_list("kind", flat=True))


def test_a_case_goes_to_the_routes_team_and_to_nobody_yet(agent):
    ticket, team = make_ticket(team=make_team()), make_team(level=2)
    assign_ticket(ticket.pk, assignee=agent, by=agent, at=MONDAY)

    found = make_escalation(ticket, route=make_route(team=team, priority=Priority.HIGH), by=agent)

    ticket.refresh_from_db()
    assert (ticket.team, ticket.assignee, ticket.priority) == (team, None, Priority.HIGH)
    assert (found.state, found.first_agent, found.from_team.tier.level) == ("waiting", agent, 1)
    assert kinds(ticket)[-2:] == ["ticket.priority", "escalation.escalated"]
    assert ticket.timeline.in_order().last().facts["escalation"] == found.pk


def test_a_route_never_lowers_the_priority(agent):
    ticket = make_ticket(priority=Priority.URGENT)

    make_escalation(ticket, route=make_route(priority=Priority.HIGH), by=agent)

    ticket.refresh_from_db()
    assert ticket.priority == Priority.URGENT
    assert "ticket.priority" not in kinds(ticket)


def test_whoever_had_it_and_whoever_hands_it_up_keep_it_in_sight(agent):
    ticket, colleague = make_ticket(team=make_team()), make_user()
    assign_ticket(ticket.pk, assignee=agent, by=agent, at=MONDAY)

    found = make_escalation(ticket, by=colleague)

    assert found.first_agent == agent
    for person in (agent, colleague):
        assert Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists()
        assert Escalation.objects.visible_to(person).filter(pk=found.pk).exists()


def test_the_facts_that_are_missing_are_named(agent):
    route = make_route(questions=QUESTIONS)

    with pytest.raises(InvalidInput) as refused:
        make_escalation(route=route, by=agent, facts={"photos": "yes"})

    assert {path: m.code for path, m in refused.value.mistakes.items()} == {
        "facts.serial": "fact_missing",
        "facts.value": "fact_missing",
    }
    assert not Escalation.objects.exists()


def test_a_fact_of_the_wrong_type_is_named(agent):
    facts = FACTS | {"value": "a lot", "photos": "perhaps", "colour": "red"}

    with pytest.raises(InvalidInput) as refused:
        make_escalation(route=make_route(questions=QUESTIONS), by=agent, facts=facts)

    assert set(refused.value.mistakes) == {"facts.value", "facts.photos", "facts.colour"}


def test_facts_are_kept_as_they_were_meant(agent):
    found = make_escalation(route=make_route(questions=QUESTIONS), by=agent, facts=FACTS)

    assert found.facts == {"serial": "KN-2611", "value": {"minor": 12990, "currency": "EUR"}}


@pytest.mark.parametrize("reason", ["", "  ", "too short", "...........", "x" * 4001])
def test_a_reason_has_words(reason, agent):
    with pytest.raises(WordsNeeded):
        make_escalation(by=agent, reason=reason)


def test_a_second_escalation_joins_the_one_that_runs(agent):
    found, colleague = make_escalation(by=agent), make_user()

    joined = escalate(
        found.ticket_id,
        route_id=make_route(questions=QUESTIONS).pk,
        reason="The customer called again, very upset.",
        facts={"serial": "KN-9", "value": "?"},
        by=colleague,
        at=MONDAY,
    )

    assert (joined.escalation.pk, joined.is_new) == (found.pk, False)
    assert Escalation.objects.count() == 1
    step = found.steps.get(act="joined")
    assert (step.by, step.facts["facts"]) == (colleague, {"serial": "KN-9"})
    assert Ticket.objects.visible_to(colleague).filter(pk=found.ticket_id).exists()


def test_the_first_agent_hears_that_somebody_joined(agent):
    found = make_escalation(by=agent)

    make_escalation(found.ticket, route=make_route(), by=make_user())

    told = Notification.objects.filter(user=agent, kind="escalation_moved")
    assert [one.entry.kind for one in told] == ["escalation.joined"]


def test_of_two_at_once_one_opens_and_the_other_joins(transactional_db):
    ticket, routes = make_ticket(), [make_route(), make_route()]
    people = [make_user(), make_user()]

    def by(i):
        return escalate(ticket.pk, route_id=routes[i].pk, reason=REASON, by=people[i], at=MONDAY)

    second = while_uncommitted(lambda: by(0), lambda: by(1))

    assert second.is_new is False
    assert Escalation.objects.count() == 1


def test_of_twenty_at_once_one_opens(transactional_db):
    ticket, route, agent = make_ticket(), make_route(), make_user()
    acts = [lambda: escalate(ticket.pk, route_id=route.pk, reason=REASON, by=agent, at=MONDAY)] * 20

    outcomes = all_at_once(acts)

    assert sorted(one.is_new for one in outcomes) == [False] * 19 + [True]


def test_the_database_knows_one_running_escalation_per_ticket(agent):
    found = make_escalation(by=agent)
    found.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        found.save(force_insert=True)


def test_a_ticket_that_is_over_is_not_escalated(agent):
    solved, closed, merged = make_ticket(), make_ticket(), make_ticket()
    for ticket in (solved, closed):
        solve_ticket(ticket.pk, by=agent, at=MONDAY)
    Ticket.objects.filter(pk=closed.pk).update(solved_at=MONDAY - timedelta(days=20))
    close_solved_tickets(at=MONDAY)
    merge_ticket(merged.pk, into=make_ticket().pk, by=agent, at=MONDAY)

    for ticket in (solved, closed, merged):
        with pytest.raises(CannotEscalate):
            make_escalation(ticket, by=agent)


def test_a_route_to_the_team_that_has_it_is_refused(agent):
    team = make_team(level=2)

    with pytest.raises(CannotEscalate):
        make_escalation(make_ticket(team=team, by=agent), route=make_route(team=team), by=agent)


def test_a_route_out_of_force_is_refused(agent):
    route = make_route()
    EscalationRoute.objects.update(is_active=False)

    with pytest.raises(CannotEscalate):
        make_escalation(route=route, by=agent)


def test_the_specialists_of_the_team_are_told_and_nobody_else_of_it(agent):
    team = make_team(level=2)
    specialist, reader = make_specialist(team), make_user(Role.COMPLIANCE, team=team)

    make_escalation(route=make_route(team=team), by=agent)

    told = Notification.objects.filter(kind="escalated").values_list("user", flat=True)
    assert set(told) == {specialist.pk}
    assert reader.pk not in told


def test_the_system_hands_a_case_up_too():
    found = make_escalation_by_nobody()

    assert (found.first_agent, found.steps.get().by) == (None, None)


def make_escalation_by_nobody() -> Escalation:
    ticket = make_ticket(team=make_team())
    said = {"route_id": make_route().pk, "reason": "Two contacts within three days."}
    return escalate(ticket.pk, **said, by=None, at=MONDAY).escalation


def test_a_stranger_to_the_contract_does_nothing_with_it(agent):
    found = make_escalation(by=agent)

    with pytest.raises(PermissionDenied):
        accept(found.pk, by=make_user(Role.SPECIALIST), at=MONDAY)
