"""The attainment report: what was kept, missed, still open, left out; and the tickets behind."""

from datetime import timedelta

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import Role
from escalations.attainment import attainment
from escalations.intervals import wilson
from helpdesk.services.conversation import reply
from helpdesk.services.lifecycle import solve_ticket
from tests.api.world import token_for
from tests.escalations.plans import make_policy, target
from tests.factories import MONDAY, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PERIOD = {"since": "2026-03-01", "until": "2026-03-05"}


@pytest.fixture
def team():
    return make_team("Home and kitchen")


@pytest.fixture
def priya(client, team):
    lead = make_user(Role.TEAM_LEAD, team=team, full_name="Priya Raman")
    client.force_login(lead)
    return lead


@pytest.fixture
def mara(team):
    return make_user(team=team, full_name="Mara Lindqvist")


@pytest.fixture
def policy():
    return make_policy(targets={"first_reply": target(4 * 3600)}, at=MONDAY - HOUR)


def answered(team, *, by, after: timedelta):
    ticket = make_ticket(team=team)
    ticket.refresh_from_db()
    reply(ticket.pk, text="On its way.", seen=ticket.last_event, by=by, at=MONDAY + after)
    return ticket


@pytest.fixture
def answers(team, mara, priya, policy):
    """Two in time, two late by one and by three hours, one never answered, one solved unanswered"""
    for hours in (1, 4, 5, 7):
        answered(team, by=mara, after=hours * HOUR)
    make_ticket(team=team)
    solve_ticket(make_ticket(team=team).pk, by=mara, at=MONDAY + HOUR)


def rows_by(user, by, at=MONDAY + 2 * HOUR):
    found = attainment(user, since=MONDAY, until=MONDAY + HOUR, by=by, at=at)
    return {(row.name, row.is_total): row for row in found}


def test_kept_missed_open_and_left_out_are_told_apart(priya, answers):
    total = rows_by(priya, "policy")["", True]

    assert (total.kept, total.missed, total.open, total.left_out) == (2, 2, 1, 1)
    assert total.share == 0.5
    assert total.median_late == 2 * HOUR
    assert total.p90_late == timedelta(hours=2.8)


def test_what_is_overdue_is_missed_before_anybody_noticed(priya, answers):
    assert rows_by(priya, "policy", at=MONDAY + 9 * HOUR)["", True].missed == 3


@pytest.mark.parametrize(
    ("by", "name"),
    [
        ("policy", "Everybody"),
        ("team", "Home and kitchen"),
        ("agent", "Mara Lindqvist"),
        ("channel", "E-mail"),
    ],
)
def test_each_dimension_counts_the_same_clocks(priya, answers, by, name):
    rows = rows_by(priya, by)

    assert rows[name, False].kept == 2
    parts = [row.all for (_name, is_total), row in rows.items() if not is_total]
    assert sum(parts) == rows["", True].all == 6


def test_tickets_of_other_teams_are_not_counted(client, answers):
    stranger = make_user(Role.TEAM_LEAD, team=make_team("Billing"))

    assert rows_by(stranger, "policy") == {}


def test_two_statements_whatever_was_promised(priya, answers, django_assert_num_queries):
    with django_assert_num_queries(2):
        rows_by(priya, "agent")


def show(client, name="attainment", **params):
    return client.get(reverse(f"escalations:{name}"), PERIOD | params)


def test_every_number_opens_the_tickets_behind_it(client, priya, answers):
    page = show(client, by="team").content.decode()

    assert '40 % <span class="quiet">n 5</span>' in page
    behind = show(client, "attainment_behind", by="team", metric="first_reply", outcome="kept")
    assert len(behind.context["rows"]) == 2
    mine = {"by": "team", "metric": "first_reply", "outcome": "missed", "key": "0"}
    assert show(client, "attainment_behind", **mine).context["rows"] == []


def test_the_period_in_the_address_is_understood_or_refused_in_place(client, priya):
    assert show(client).status_code == 200
    refused = show(client, until="2026-02-01")
    assert refused.status_code == 422
    assert "The end lies before the beginning." in refused.content.decode()
    assert show(client, since="yesterday").status_code == 422
    assert show(client, by="mood").status_code == 422


def test_the_report_as_csv_holds_no_formula(client, priya, team, policy):
    answered(team, by=make_user(team=team, full_name="=cmd()"), after=HOUR)

    lines = show(client, "attainment_csv", by="agent").content.decode().splitlines()

    assert lines[1].startswith("first_reply,(all),1,0,0,0,1.0,")
    assert lines[2].startswith("first_reply,'=cmd(),1,0,")


@pytest.mark.parametrize("name", ["attainment", "attainment_csv", "attainment_behind"])
def test_the_report_is_for_leads(client, mara, name):
    client.force_login(mara)

    assert show(client, name).status_code == 403


def test_rest_says_the_same(priya, answers):
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(priya)}")
    period = {"since": "2026-03-01T00:00:00Z", "until": "2026-03-05T00:00:00Z", "by": "agent"}

    rows = caller.get("/api/v1/attainment/", period).json()["rows"]

    assert (rows[0]["is_total"], rows[0]["kept"], rows[0]["left_out"]) == (True, 2, 1)
    assert rows[0]["median_late"] == 7200
    for wrong in ({"until": "2026-02-01T00:00:00Z"}, {"by": "mood"}, {"since": "x"}):
        assert caller.get("/api/v1/attainment/", period | wrong).status_code == 400


@pytest.mark.parametrize(
    ("kept", "of", "low", "high"), [(8, 10, 0.490, 0.943), (0, 5, 0.0, 0.434), (5, 5, 0.566, 1.0)]
)
def test_the_interval_is_wilsons(kept, of, low, high):
    assert wilson(kept, of) == pytest.approx((low, high), abs=0.001)
    assert wilson(0, 0) is None
