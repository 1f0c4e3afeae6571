"""Every act from every state by everybody, through the services."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.errors import RuleViolation
from escalations.models import EscalationState
from escalations.services.contract import acts_possible
from tests.escalations.contracts import ACTS, into, make_stage

pytestmark = pytest.mark.django_db

LEADS = {"lead", "manager", "admin"}
FIRST_LEADS = {"first_lead", "manager", "admin"}
TAKERS = LEADS | {"member", "specialist"}
OWNERS = LEADS | FIRST_LEADS | {"first_agent"}
MAY = {
    "waiting": {"accept": TAKERS, "send_back": TAKERS, "withdraw": OWNERS},
    "accepted": {
        "send_back": LEADS | {"specialist"},
        "hand_over": LEADS | {"specialist"},
        "complete": LEADS | {"specialist"},
    },
    "sent_back": {
        "resubmit": FIRST_LEADS | {"first_agent", "colleague", "compliance_in_front"},
        "withdraw": OWNERS,
    },
    "for_decision": {
        "insist": LEADS | FIRST_LEADS,
        "keep": LEADS | FIRST_LEADS,
        "withdraw": OWNERS,
    },
    "completed": {},
    "withdrawn": {},
}


@pytest.mark.parametrize("state", EscalationState.values)
def test_everybody_may_do_what_the_table_says_and_nothing_else(state):
    stage = into(make_stage(), state)
    may = {act: set() for act in ACTS}
    for act in ACTS:
        for name in stage.people:
            if tried(stage, act, name):
                may[act].add(name)

    assert {act: names for act, names in may.items() if names} == MAY[state]


@pytest.mark.parametrize("state", EscalationState.values)
def test_buttons_say_what_the_services_do(state):
    stage = into(make_stage(), state)

    for name, person in stage.people.items():
        expected = {act for act, names in MAY[state].items() if name in names}
        assert acts_possible(stage.now(), person) == expected, name


def tried(stage, act: str, name: str) -> bool:
    before = stage.now().state
    try:
        with transaction.atomic():
            ACTS[act](stage, stage[name])
            raise Undone
    except Undone:
        return True
    except (PermissionDenied, RuleViolation):
        assert stage.now().state == before
        return False


class Undone(Exception):
    pass
