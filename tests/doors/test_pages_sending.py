"""Sending a reply from the page: once, with its draft, back again, and on to the next ticket."""

import re

import pytest
from django.urls import reverse

from helpdesk.models import AfterSending, Draft, MessageKind, OutgoingMail, OutgoingState
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.drafts import save_draft
from helpdesk.services.workspace import set_after_sending
from tests.factories import MONDAY, make_ticket, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def agent(client, settings):
    settings.UNDO_SEND_SECONDS = 10
    agent = make_user()
    client.force_login(agent)
    return agent


def mine(agent, count=1):
    tickets = [make_ticket() for _ in range(count)]
    for ticket in tickets:
        assign_ticket(ticket.pk, assignee=agent, by=agent, at=MONDAY)
        ticket.refresh_from_db()
    return tickets


def form_of(client, ticket):
    page = client.get(reverse("helpdesk:ticket", args=[ticket.pk])).content.decode()
    values = re.findall(r'<input type="hidden" name="(seen|key|with_draft)" value="([^"]+)"', page)
    return dict(values) | {"text": "On its way."}


def send(client, ticket, form, **options):
    return client.post(reverse("helpdesk:reply", args=[ticket.pk]), form, **options)


def replies(ticket):
    return ticket.messages.filter(kind=MessageKind.PUBLIC_REPLY)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_the_same_form_sent_twice_is_one_reply(client, agent, headers):
    [ticket] = mine(agent)
    form = form_of(client, ticket)

    answers = [send(client, ticket, form, headers=headers) for _ in range(2)]

    assert all(answer.status_code in (200, 302) for answer in answers)
    assert replies(ticket).count() == 1


def test_a_draft_stands_in_the_composer_and_is_gone_once_sent(client, agent):
    [ticket] = mine(agent)
    save_draft(ticket.pk, mode="note", text="Begun & <kept>", by=agent, at=MONDAY)

    page = client.get(reverse("helpdesk:ticket", args=[ticket.pk])).content.decode()
    client.post(reverse("helpdesk:note", args=[ticket.pk]), form_of(client, ticket))

    assert "Begun &amp; &lt;kept&gt;</textarea>" in page
    assert not Draft.objects.exists()


def test_without_script_undo_is_a_button_on_the_next_page(client, agent):
    [ticket] = mine(agent)

    answer = send(client, ticket, form_of(client, ticket), follow=True)
    message = replies(ticket).get()
    back = client.post(reverse("helpdesk:take_back", args=[message.pk]), follow=True)

    assert reverse("helpdesk:take_back", args=[message.pk]) in answer.content.decode()
    assert OutgoingMail.objects.get().state == OutgoingState.RETRACTED
    assert "On its way.</textarea>" in back.content.decode()
    assert "took a reply back" in back.content.decode()


def test_nobody_takes_back_the_reply_of_a_colleague(client, agent):
    [ticket] = mine(agent)
    send(client, ticket, form_of(client, ticket))
    client.force_login(make_user())

    client.post(reverse("helpdesk:take_back", args=[replies(ticket).get().pk]))

    assert OutgoingMail.objects.get().state == OutgoingState.QUEUED


@pytest.mark.parametrize(
    ("wish", "where"), [(AfterSending.NEXT, "next"), (AfterSending.LIST, "list")]
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_after_sending_one_is_where_one_wants_to_be(client, agent, wish, where, headers):
    first, second = mine(agent, 2)
    set_after_sending(agent, after_sending=wish)

    answer = send(client, first, form_of(client, first), headers=headers)

    address = answer.headers.get("HX-Redirect") or answer.url
    places = {"next": f"/tickets/{second.pk}/", "list": "/tickets/?"}
    assert address.startswith(places[where])
    assert f"undo={replies(first).get().pk}" in address


def test_after_the_last_ticket_comes_the_list_with_a_word(client, agent):
    [only] = mine(agent)
    set_after_sending(agent, after_sending=AfterSending.NEXT)

    answer = send(client, only, form_of(client, only), follow=True)

    assert answer.request["PATH_INFO"] == "/tickets/"
    assert "last one of this list" in answer.content.decode()


def test_the_wish_is_kept_and_an_unknown_one_refused(client, agent):
    [ticket] = mine(agent)
    address = reverse("helpdesk:after_sending", args=[ticket.pk])

    kept = client.post(address, {"after_sending": "next"}, headers=HTMX)
    refused = client.post(address, {"after_sending": "home"}, headers=HTMX)

    assert (kept.status_code, refused.status_code) == (204, 400)
    assert agent.workspace_preference.after_sending == AfterSending.NEXT
