"""Clocks in rows, heads and titles; a deadline explained; the word that no response is needed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from escalations.models import ClockState, Metric, SLAClock
from helpdesk.services.lifecycle import change_status
from tests.doors.test_pages_queue import QUEUE_MAY_COST
from tests.escalations.making import make_clock
from tests.escalations.plans import make_calendar, make_policy, target
from tests.factories import make_reply, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
#: Far from the next full minute, so that the words hold while a test runs.
MOMENT = timedelta(seconds=30)


@pytest.fixture
def team():
    return make_team("Home and kitchen")


@pytest.fixture
def mara(client, team):
    user = make_user(team=team, full_name="Mara Lindqvist")
    client.force_login(user)
    return user


@pytest.fixture
def policy():
    targets = {"first_reply": target(4 * 3600), "resolution": target(48 * 3600)}
    return make_policy(targets=targets)


def ticket_with(team, *, due_in: timedelta, metric=Metric.APPROVAL):
    ticket = make_ticket(team=team)
    make_clock(ticket, due_at=timezone.now() + due_in, metric=metric)
    return ticket


def show(client, name, *args, **params):
    return client.get(reverse(name, args=args), params)


def queue(client):
    return show(client, "helpdesk:queue", view="open").content.decode()


@pytest.mark.parametrize(
    ("due_in", "metric", "state", "words"),
    [
        (5 * HOUR + MOMENT, Metric.APPROVAL, "running", "<b>5 h 00 m</b> decide"),
        (41 * timedelta(minutes=1) + MOMENT, Metric.APPROVAL, "near", "<b>41 m</b> decide"),
        (-14 * timedelta(minutes=1) - MOMENT, Metric.APPROVAL, "late", "<b>14 m</b> decide"),
        (30 * HOUR + MOMENT, Metric.CHANNEL_REPLY, "running", "<b>30 h</b></span>"),
        (3 * HOUR + MOMENT, Metric.CHANNEL_REPLY, "near", "<b>3 h 00 m</b></span>"),
        (100 * HOUR, Metric.APPROVAL, "running", "<b>4 d</b> decide"),
    ],
)
def test_a_row_shows_the_next_deadline(client, mara, team, due_in, metric, state, words):
    ticket_with(team, due_in=due_in, metric=metric)

    page = queue(client)

    kind = "channel" if metric == Metric.CHANNEL_REPLY else "internal"
    assert f'<span class="clock" data-kind="{kind}" data-state="{state}"' in page
    assert words in page


def test_a_resting_clock_says_what_is_left(client, mara, team):
    ticket = make_ticket(team=team)
    make_clock(ticket, steps=[], metric=Metric.APPROVAL)
    SLAClock.objects.update(state=ClockState.PAUSED, due_at=None, remaining=6.5 * HOUR)

    page = queue(client)

    assert 'data-state="paused" title="Approval: paused with 6 h 30 m left"' in page
    assert '<span class="visually-hidden">Approval: paused with </span><b>6 h 30 m</b>' in page


def test_a_late_clock_says_so_to_whoever_cannot_see_it(client, mara, team):
    ticket_with(team, due_in=-HOUR - MOMENT)

    assert '<span data-when="late">late by </span></span><b>1 h 00 m</b>' in queue(client)


def test_of_several_clocks_the_row_shows_the_first_to_fall_due(client, mara, team):
    ticket = ticket_with(team, due_in=5 * HOUR, metric=Metric.APPROVAL)
    make_clock(ticket, due_at=timezone.now() + 2 * HOUR + MOMENT, metric=Metric.TIER_ACCEPTANCE)

    page = queue(client)

    assert page.count('class="clock"') == 1
    assert "<b>2 h 00 m</b> accept" in page


@pytest.mark.parametrize("ticket_count", [1, 50])
def test_clocks_cost_the_queue_one_query_however_long(
    client, mara, team, ticket_count, django_assert_max_num_queries
):
    for _ in range(ticket_count):
        ticket_with(team, due_in=HOUR)

    with django_assert_max_num_queries(QUEUE_MAY_COST):
        page = queue(client)

    assert page.count('class="clock"') == ticket_count


def test_the_head_shows_all_clocks_and_the_title_the_next(client, mara, team):
    ticket = ticket_with(team, due_in=2 * HOUR + MOMENT, metric=Metric.APPROVAL)
    make_clock(ticket, due_at=timezone.now() + 5 * HOUR, metric=Metric.CHANNEL_REPLY)

    page = show(client, "helpdesk:ticket", ticket.pk).content.decode()

    assert f"<title>2 h 00 m · {ticket.pk} " in page
    head = page.partition('id="ticket-head"')[2].partition("</header>")[0]
    assert head.count('data-kind="channel"') == 2
    assert head.count('data-kind="internal"') == 2
    for clock in ticket.clocks.all():
        assert reverse("escalations:clock", args=[ticket.pk, clock.pk]) in head


def test_what_is_owed_no_more_is_quiet(client, mara, team, policy):
    ticket = make_ticket(team=team, at=timezone.now())
    make_reply(ticket, by=mara)

    page = show(client, "helpdesk:ticket", ticket.pk).content.decode()

    assert '<span class="visually-hidden">First reply: </span><b>replied</b>' in page


def explained(client, ticket, metric):
    clock = SLAClock.objects.get(ticket=ticket, metric=metric)
    return show(client, "escalations:clock", ticket.pk, clock.pk)


def test_a_deadline_is_explained_with_its_policy_and_those_that_did_not_match(client, mara, team):
    make_policy(name="Pressing", conditions={"priority": ["urgent"]})
    calendar = make_calendar()
    hours = {"first_reply": target(4 * 3600, time="business")}
    make_policy(name="Everybody", calendar=calendar.pk, targets=hours)
    ticket = make_ticket(team=team, at=timezone.now())

    page = explained(client, ticket, Metric.FIRST_REPLY).content.decode()

    assert "priority is Normal, wanted Urgent" in page
    assert "Everybody, version 1" in page
    assert "<span>4 h</span></li>\n    </ol>" in page


def test_a_pause_stands_among_the_lines(client, mara, team, policy):
    began = timezone.now() - 3 * HOUR
    ticket = make_ticket(team=team, at=began)
    change_status(ticket.pk, status="pending", by=mara, at=began + HOUR)

    page = explained(client, ticket, Metric.FIRST_REPLY).content.decode()

    assert "Left while it rests" in page
    assert "No deadline while it rests" in page


def test_the_marketplace_says_itself_why(client, mara, team):
    ticket = ticket_with(team, due_in=HOUR, metric=Metric.CHANNEL_REPLY)

    assert explained(client, ticket, Metric.CHANNEL_REPLY).status_code == 200


def test_clocks_of_tickets_out_of_sight_are_not_there(client, mara, policy):
    ticket = make_ticket(team=make_team("Billing"))

    assert explained(client, ticket, Metric.FIRST_REPLY).status_code == 404
    assert show(client, "escalations:no_response_needed", ticket.pk).status_code == 404


def test_a_clock_of_another_ticket_is_not_there(client, mara, team, policy):
    ticket, other = make_ticket(team=team), make_ticket(team=team)
    clock = other.clocks.first()

    assert show(client, "escalations:clock", ticket.pk, clock.pk).status_code == 404


def say(client, ticket, reason):
    address = reverse("escalations:no_response_needed", args=[ticket.pk])
    return client.post(address, {"reason": reason})


def test_no_response_needed_stops_the_reply_clocks_with_the_reason(client, mara, team, policy):
    ticket = make_ticket(team=team, at=timezone.now())

    response = say(client, ticket, "Only a thank-you")

    assert response.status_code == 302
    clock = SLAClock.objects.get(ticket=ticket, metric=Metric.FIRST_REPLY)
    assert (clock.state, clock.stop_reason) == (ClockState.EXEMPT, "Only a thank-you")
    page = show(client, "helpdesk:ticket", ticket.pk).content.decode()
    assert "no response needed" in page
    assert reverse("escalations:no_response_needed", args=[ticket.pk]) not in page


@pytest.mark.parametrize(
    ("reason", "words"), [("", "Say in a few words why."), ("x", "Say in a few words why no")]
)
def test_without_a_reason_the_clocks_run_on(client, mara, team, policy, reason, words):
    ticket = make_ticket(team=team, at=timezone.now())

    response = say(client, ticket, reason)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert SLAClock.objects.get(ticket=ticket, metric=Metric.FIRST_REPLY).state == "running"


def test_compliance_looks_and_stops_nothing(client, team, policy):
    ticket = make_ticket(team=team, at=timezone.now())
    client.force_login(make_user(Role.COMPLIANCE))

    page = show(client, "helpdesk:ticket", ticket.pk).content.decode()

    assert reverse("escalations:no_response_needed", args=[ticket.pk]) not in page
    assert say(client, ticket, "Only a thank-you").status_code == 403
