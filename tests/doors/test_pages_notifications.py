"""The bell's pages, with nothing but HTML."""

import pytest
from django.urls import reverse

from helpdesk.models import Notification, NotificationChoice, NotificationKind
from helpdesk.services.assignment import assign_ticket
from tests.factories import MONDAY, customer_writes, make_note, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam():
    return make_user(full_name="Sam Okafor")


@pytest.fixture
def ticket(sam, client):
    ticket = make_ticket("Cracked tank")
    assign_ticket(ticket.pk, assignee=sam, by=make_user(full_name="Mara Lindqvist"), at=MONDAY)
    client.force_login(sam)
    return ticket


def page(client, name="notifications", **params) -> str:
    return client.get(reverse(f"helpdesk:{name}"), params).content.decode()


def test_the_bell_says_how_many_and_the_page_says_what(client, ticket):
    shown = page(client)

    assert "data-unread-count>1<" in shown
    assert "Mara Lindqvist assigned the ticket to you" in shown
    assert reverse("helpdesk:ticket", args=[ticket.pk]) in shown


def test_several_messages_on_one_ticket_are_folded(client, ticket):
    for _ in range(3):
        customer_writes(ticket)

    shown = page(client)

    assert "3 messages" in shown
    assert shown.count(reverse("helpdesk:ticket", args=[ticket.pk])) == 1


def test_opening_the_ticket_reads_it(client, ticket):
    client.get(reverse("helpdesk:ticket", args=[ticket.pk]))

    assert "data-unread-count hidden" in page(client)
    assert "Mara Lindqvist" not in page(client, unread="1")


def test_all_read_reads_what_was_shown_and_not_what_came_since(client, ticket, sam):
    shown = Notification.objects.get()
    customer_writes(ticket)

    answer = client.post(reverse("helpdesk:read_notifications"), {"up_to": shown.pk})

    assert answer.status_code == 302
    assert list(Notification.objects.unread().values_list("kind", flat=True)) == ["customer_wrote"]


@pytest.mark.parametrize("up_to", ["", "x", "-1", "9" * 5000, "１２", "\x00"])
def test_nonsense_reads_nothing(client, ticket, up_to):
    client.post(reverse("helpdesk:read_notifications"), {"up_to": up_to})

    assert Notification.objects.unread().count() == 1


def test_htmx_gets_the_panel_alone(client, ticket):
    answer = client.get(reverse("helpdesk:notifications"), headers={"HX-Request": "true"})

    assert answer.content.decode().lstrip().startswith('<div class="bell-lines"')
    assert "HX-Request" in answer["Vary"]


def test_what_reaches_me_is_saved_and_a_wrong_choice_is_not(client, ticket, sam):
    address = reverse("helpdesk:notification_preferences")
    kinds = NotificationKind.values
    body = {f"{kind}-mail": "never" for kind in kinds}

    wrong = client.post(address, body | {"assigned-mail": "pigeon"})
    nothing_yet = NotificationChoice.objects.count()
    saved = client.post(address, body | {"assigned-bell": "on"})

    assert (wrong.status_code, nothing_yet, saved.status_code) == (422, 0, 302)
    chosen = dict(NotificationChoice.objects.values_list("kind", "by_bell"))
    assert chosen == {kind: kind == "assigned" for kind in kinds}


def test_a_name_in_a_note_is_a_link_and_what_is_no_mention_is_not(client, ticket, sam):
    make_note(ticket, "@Sam Okafor, not @Nobody <b>", by=make_user())

    shown = client.get(reverse("helpdesk:ticket", args=[ticket.pk])).content.decode()

    assert f'assignee={sam.pk}">@Sam Okafor</a>' in shown
    assert "not @Nobody &lt;b&gt;" in shown


@pytest.mark.parametrize("line_count", [1, 50])
def test_the_page_costs_the_same_however_long(client, line_count, django_assert_num_queries):
    reader, author = make_user(full_name="Ada", team=make_team()), make_user()
    for _ in range(line_count):
        make_note(make_ticket(), "@Ada", by=author)
    client.force_login(reader)
    page(client)

    with django_assert_num_queries(6):
        shown = page(client)

    assert shown.count("mentioned you") == line_count
