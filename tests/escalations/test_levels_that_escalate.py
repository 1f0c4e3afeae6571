"""A level of a policy hands the case up by a route."""

from datetime import timedelta

import pytest

from escalations.models import Escalation
from escalations.promises import ESCALATE, LevelAct
from escalations.refusals import InvalidInput
from escalations.services.carrying_out import carry_out_waiting
from escalations.services.enforcement import sweep
from escalations.services.level_acts import do_all
from tests.escalations.making import make_escalation, make_route
from tests.escalations.plans import level, make_policy, target
from tests.factories import MONDAY, make_team, make_ticket

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def promised(route_id: int) -> dict:
    return {"first_reply": target(3600, levels=[level(60, acts=[{"escalate": route_id}])])}


def test_who_is_not_answered_in_time_goes_up():
    route = make_route()
    make_policy(targets=promised(route.pk), at=MONDAY)
    ticket = make_ticket(team=make_team())

    sweep(at=MONDAY + 2 * HOUR)
    carry_out_waiting(at=MONDAY + 2 * HOUR)

    found = Escalation.objects.get(ticket=ticket)
    assert (found.version.route, found.state, found.steps.get().by) == (route, "waiting", None)


def test_a_route_that_is_not_there_is_refused_by_its_place():
    with pytest.raises(InvalidInput) as refused:
        make_policy(targets=promised(12345), at=MONDAY)

    assert list(refused.value.mistakes) == ["targets.first_reply.levels.0.acts.0.escalate"]


def test_what_goes_up_already_is_left_alone():
    found = make_escalation()

    (outcome,) = do_all([LevelAct(ESCALATE, make_route().pk)], ticket_id=found.ticket_id, at=MONDAY)

    assert (outcome["done"], outcome["why"]) == (False, "An escalation runs already.")
    assert found.steps.count() == 1


def test_a_route_that_requires_facts_says_so():
    route = make_route(questions=[{"key": "serial", "label": "Serial number"}])

    (outcome,) = do_all([LevelAct(ESCALATE, route.pk)], ticket_id=make_ticket().pk, at=MONDAY)

    assert not outcome["done"]
    assert "facts.serial" in outcome["why"]
