"""Whatever happens, in whatever order: the rows are what the timeline says."""

from collections import Counter
from datetime import timedelta

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis.extra.django import TestCase

from escalations.models import STILL_OPEN, SLAClock
from escalations.services.clocks import rebuild
from escalations.services.policies import create_policy
from helpdesk.models import Channel, IdentityKind, Ticket
from helpdesk.services.customers import identify_customer
from helpdesk.services.opening import open_ticket
from tests.escalations.histories import History, histories
from tests.escalations.plans import draft, level, make_calendar, make_policy, manager, target
from tests.factories import MONDAY, make_ticket, make_user

WARNED = [{"before": 3600, "recipients": ["lead"]}, {"percent": 50, "recipients": ["lead"]}]


def promise_things() -> None:
    calendar = make_calendar(week=_ten_to_six()).pk
    urgent = draft(
        conditions={"priority": ["urgent"]},
        calendar=calendar,
        targets={
            "first_reply": target(1800, "business", warnings=WARNED[1:]),
            "resolution": target(7200),
        },
    )
    create_policy(name="Urgent", draft=urgent, by=manager(), at=MONDAY)
    everybody = {
        "first_reply": target(4 * 3600, "business", warnings=WARNED, levels=[level(), level(3600)]),
        "next_reply": target(2 * 3600, warnings=WARNED),
        "resolution": target(16 * 3600, "business", levels=[level(600)]),
    }
    make_policy(calendar=calendar, targets=everybody)


def _ten_to_six() -> list[dict]:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday")
    spans = (("10:00", "13:00"), ("14:00", "18:00"))
    return [{"weekday": day, "starts": a, "ends": b} for day in days for a, b in spans]


def three_tickets() -> list[Ticket]:
    relayed = identify_customer(kind=IdentityKind.AMAZON, value="a@amazon.example", at=MONDAY)
    amazon = open_ticket(
        requester=relayed.customer, identity=relayed, subject="Where?", text="?",
        channel=Channel.AMAZON, at=MONDAY + timedelta(hours=1),
    )  # fmt: skip
    return [make_ticket(), amazon, make_ticket(at=MONDAY + timedelta(hours=2))]


def is_consistent(ticket: Ticket) -> None:
    clocks = list(SLAClock.objects.filter(ticket=ticket))
    running = [clock.due_at for clock in clocks if clock.state == "running"]
    still_open = Counter(clock.metric for clock in clocks if clock.state in STILL_OPEN)
    assert rebuild(ticket) == []
    assert ticket.due_at == min(running, default=None)
    assert set(still_open.values()) <= {1}


@override_settings(UNDO_SEND_SECONDS=120)
class Histories(TestCase):
    @classmethod
    def setUpTestData(cls):
        promise_things()
        cls.tickets, cls.agent = three_tickets(), make_user()

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(histories)
    def test_the_rows_of_any_history_can_be_rebuilt_from_the_timeline(self, acts):
        history = History(self.tickets, by=self.agent, at=MONDAY + timedelta(hours=2))
        for act in acts:
            history.act(*act)
            for ticket in Ticket.objects.filter(pk__in=history.pks):
                is_consistent(ticket)


pytestmark = pytest.mark.django_db
