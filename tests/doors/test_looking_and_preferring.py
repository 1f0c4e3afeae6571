"""What somebody has read and how they work: by page and by REST the same."""

import pytest
from django.urls import reverse

from accounts.models import Role
from helpdesk.models import AfterSending, Notification, TicketLook
from helpdesk.queue import VIEWS, tickets_in
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.workspace import after_sending_of
from tests.factories import MONDAY, customer_writes, make_note, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db
PREFERENCES = "/api/v1/preferences/"


@pytest.fixture
def agent(client):
    user = make_user(team=make_team())
    client.force_login(user)
    return user


@pytest.fixture
def ticket(agent):
    ticket = make_ticket()
    assign_ticket(ticket.pk, assignee=agent, by=make_user(Role.MANAGER), at=MONDAY)
    customer_writes(ticket)
    ticket.refresh_from_db()
    return ticket


def look(client, ticket, seen):
    address = f"/api/v1/tickets/{ticket.pk}/look/"
    return client.post(address, {"seen": seen}, content_type="application/json")


def has_news(user, ticket) -> bool:
    return ticket in tickets_in(VIEWS["unread"], user)


def by_page(client, ticket):
    return client.get(reverse("helpdesk:ticket", args=[ticket.pk]))


def by_rest(client, ticket):
    return look(client, ticket, ticket.last_event)


@pytest.mark.parametrize("door", [by_page, by_rest])
def test_what_was_read_is_no_news_and_its_lines_behind_the_bell_are_read(
    client, agent, ticket, door
):
    assert has_news(agent, ticket)

    assert door(client, ticket).status_code in (200, 204)

    assert not has_news(agent, ticket)
    assert not Notification.objects.filter(user=agent).unread().exists()


def test_only_what_was_seen_counts_as_read(client, agent, ticket):
    seen = ticket.last_event
    customer_writes(ticket, "And the lid is missing.")

    look(client, ticket, seen)

    assert has_news(agent, ticket)
    told = Notification.objects.filter(user=agent).unread().values_list("entry", flat=True)
    assert told and min(told) > seen


def test_nobody_has_read_what_has_not_happened_yet(client, agent, ticket):
    assert look(client, ticket, 2**62).status_code == 204

    assert TicketLook.objects.get(user=agent).last_event == ticket.last_event
    make_note(ticket)
    assert has_news(agent, ticket)


def test_a_ticket_out_of_sight_is_not_looked_at(client, agent):
    hidden = make_ticket(team=make_team())

    assert look(client, hidden, 1).status_code == 404
    assert not TicketLook.objects.exists()


def prefer_by_page(client, ticket, wish):
    address = reverse("helpdesk:after_sending", args=[ticket.pk])
    return client.post(address, {"after_sending": wish})


def prefer_by_rest(client, ticket, wish):
    return client.post(PREFERENCES, {"after_sending": wish}, content_type="application/json")


@pytest.mark.parametrize("door", [prefer_by_page, prefer_by_rest])
def test_where_to_be_after_sending_is_kept_and_an_unknown_place_refused(
    client, agent, ticket, door
):
    assert client.get(PREFERENCES).json() == {"after_sending": "stay"}

    assert door(client, ticket, "next").status_code in (200, 302)
    assert door(client, ticket, "home").status_code == 400

    assert client.get(PREFERENCES).json() == {"after_sending": "next"}
    assert after_sending_of(agent) == AfterSending.NEXT
    assert after_sending_of(make_user()) == AfterSending.STAY
