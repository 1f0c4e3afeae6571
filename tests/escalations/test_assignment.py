"""Who takes a case: the ranking in words, by itself when nobody did, and pulled."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Leave, Role, Skill, SkillLevel, TeamMembership, WorkingHours
from escalations.choosing import Candidate, rank
from escalations.models import Escalation
from escalations.presence import Presence
from escalations.services.accepting import accept
from escalations.services.assignment import (
    NothingToPull,
    accept_overdue,
    candidates_for,
    pull_next,
)
from helpdesk.models import Priority, Ticket
from tests.concurrency import all_at_once, while_uncommitted
from tests.escalations.contracts import WORDS, promise
from tests.escalations.making import make_escalation, make_route, make_specialist
from tests.factories import MONDAY, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
AT_WORK = Presence.AT_WORK


def order(*candidates: Candidate) -> list[int]:
    return [each.candidate.user_id for each in rank(candidates, skill="Billing", at=MONDAY)]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (Candidate(2, AT_WORK), Candidate(1, Presence.OFF_HOURS, level=5)),
        (Candidate(2, Presence.OFF_HOURS), Candidate(1, Presence.ON_LEAVE, level=5)),
        (Candidate(2, AT_WORK, level=3, load=4), Candidate(1, AT_WORK, level=2)),
        (Candidate(2, AT_WORK, level=1, load=4), Candidate(1, AT_WORK)),
        (Candidate(2, AT_WORK, level=3, load=1), Candidate(1, AT_WORK, level=5, load=2)),
        (Candidate(2, AT_WORK, level=5, load=1), Candidate(1, AT_WORK, level=4, load=1)),
        (Candidate(2, AT_WORK), Candidate(1, AT_WORK, last_case_at=MONDAY)),
        (
            Candidate(2, AT_WORK, last_case_at=MONDAY - HOUR),
            Candidate(1, AT_WORK, last_case_at=MONDAY),
        ),
        (Candidate(1, AT_WORK), Candidate(2, AT_WORK)),
    ],
    ids=[
        "at work before off duty", "off duty before on leave", "who knows it before who learns it",
        "who learns it before who does not", "less load before more skill",
        "more skill at the same load", "who never had one", "who waited longer",
        "and then the same order every time",
    ],
)  # fmt: skip
def test_who_comes_before_whom(better, worse):
    assert order(worse, better) == [better.user_id, worse.user_id]


def test_the_reasons_are_words():
    one = Candidate(1, AT_WORK, level=4, load=2, last_case_at=MONDAY - timedelta(days=3))

    ranked = rank([one], skill="Billing", at=MONDAY)[0]

    assert ranked.reasons == (
        "at work now", "Billing at level 4 of 5", "2 open cases", "no new case for 3 days",
    )  # fmt: skip


def test_who_is_on_leave_is_listed_and_not_available():
    ranked = rank([Candidate(1, Presence.ON_LEAVE)], at=MONDAY)[0]

    assert (ranked.is_available, ranked.reasons[0]) == (False, "on leave")


@pytest.fixture
def team():
    promise(tier=2)
    return make_team(level=2)


def on_leave(person) -> None:
    Leave.objects.create(user=person, starts_on=MONDAY.date(), ends_on=MONDAY.date())


def test_the_team_is_ranked_by_what_is_true_now(team, django_assert_max_num_queries):
    billing = Skill.objects.create(name="Billing")
    away, busy, expert, off_duty = (make_specialist(team) for _ in range(4))
    make_user(team=team)
    for person in (busy, expert):
        SkillLevel.objects.create(user=person, skill=billing, level=4)
    on_leave(away)
    WorkingHours.objects.create(user=off_duty, weekday=6, starts_minute=0, ends_minute=60)
    route = make_route(team=team, skill=billing)
    accept(make_escalation(route=route).pk, by=busy, at=MONDAY)
    found = Escalation.objects.select_related("team", "version__skill").get(
        pk=make_escalation(route=route).pk
    )

    with django_assert_max_num_queries(4):
        ranking = candidates_for(found, at=MONDAY)

    assert [each.person for each in ranking] == [expert, busy, off_duty, away]
    assert ranking[1].ranked.candidate.load == 1


# By itself


def test_a_case_that_nobody_accepts_in_time_is_given_to_the_best(team):
    away, there = make_specialist(team), make_specialist(team)
    on_leave(away)
    found = make_escalation(route=make_route(team=team, accept_after=600))

    assert accept_overdue(at=MONDAY + HOUR + 10 * MINUTE) == 0
    assert accept_overdue(at=MONDAY + HOUR + 11 * MINUTE) == 1

    found.refresh_from_db()
    step = found.steps.last()
    assert (found.state, found.specialist) == ("accepted", there)
    assert (step.act, step.by, step.to) == ("accepted", None, there)
    assert "at work now" in step.reason
    assert [each["user"] for each in step.facts["ranking"]] == [there.pk, away.pk]
    assert Ticket.objects.get(pk=found.ticket_id).assignee == there


def test_without_the_setting_it_waits_for_people(team):
    make_specialist(team)
    make_escalation(route=make_route(team=team))

    assert accept_overdue(at=MONDAY + timedelta(days=30)) == 0


def test_while_all_are_on_leave_it_waits(team):
    on_leave(make_specialist(team))
    make_escalation(route=make_route(team=team, accept_after=0))

    assert accept_overdue(at=MONDAY + 2 * HOUR) == 0


def test_where_nobody_promised_when_it_waits():
    team = make_team(level=2)
    make_specialist(team)
    make_escalation(route=make_route(team=team, accept_after=0))

    assert accept_overdue(at=MONDAY + timedelta(days=30)) == 0


def test_a_person_who_accepts_before_it_does_keeps_it(transactional_db):
    promise(tier=2)
    team = make_team(level=2)
    first, _second = make_specialist(team), make_specialist(team)
    found = make_escalation(route=make_route(team=team, accept_after=0))
    late = MONDAY + 2 * HOUR

    given = while_uncommitted(
        lambda: accept(found.pk, by=first, at=late), lambda: accept_overdue(at=late)
    )

    found.refresh_from_db()
    assert (given, found.specialist) == (0, first)


# Pulled


def test_the_most_urgent_that_one_can_solve_comes_first(team):
    billing, person = Skill.objects.create(name="Billing"), make_specialist(team)
    beyond = make_route(team=team, skill=billing, priority=Priority.URGENT)
    plain = make_route(team=team)
    make_escalation(route=beyond)
    later = make_escalation(route=plain, at=MONDAY + MINUTE)
    sooner = make_escalation(route=plain, at=MONDAY)
    make_escalation(route=make_route())

    pulled = [pull_next(by=person, at=MONDAY + HOUR).pk for _ in range(2)]

    assert pulled == [sooner.pk, later.pk]
    with pytest.raises(NothingToPull):
        pull_next(by=person, at=MONDAY + HOUR)


def test_who_has_the_skill_gets_what_asks_for_it(team):
    billing, person = Skill.objects.create(name="Billing"), make_specialist(team)
    SkillLevel.objects.create(user=person, skill=billing, level=1)
    found = make_escalation(route=make_route(team=team, skill=billing))

    assert pull_next(by=person, at=MONDAY).pk == found.pk


def test_a_frontline_agent_pulls_nothing(team):
    with pytest.raises(PermissionDenied):
        pull_next(by=make_user(team=team), at=MONDAY)


def test_twenty_who_pull_at_once_get_twenty_cases(transactional_db):
    promise(tier=2)
    team = make_team(level=2)
    route = make_route(team=team)
    for _ in range(20):
        make_escalation(make_ticket(), route=route)
    people = [make_specialist(team) for _ in range(20)]
    acts = [lambda person=person: pull_next(by=person, at=MONDAY) for person in people]

    outcomes = all_at_once(acts)

    assert len({one.pk for one in outcomes}) == 20
    assert {one.specialist for one in outcomes} == set(people)


def test_twenty_who_pull_one_case_get_it_once(transactional_db):
    team = make_team(level=2)
    make_escalation(route=make_route(team=team))
    people = [make_specialist(team) for _ in range(20)]

    outcomes = all_at_once([lambda p=p: pull_next(by=p, at=MONDAY) for p in people])

    assert sum(isinstance(one, Escalation) for one in outcomes) == 1
    assert sum(isinstance(one, NothingToPull) for one in outcomes) == 19


def test_a_lead_pulls_for_the_team_too(team):
    lead = make_user(Role.TEAM_LEAD)
    TeamMembership.objects.create(team=team, user=lead, is_lead=True)
    found = make_escalation(route=make_route(team=team), reason=WORDS)

    assert pull_next(by=lead, at=MONDAY).pk == found.pk
