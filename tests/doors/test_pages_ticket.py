"""The ticket page: what it shows and its acts, with and without htmx."""

import pytest
from django.urls import reverse

from accounts.models import Role
from helpdesk.models import Category, Message, MessageKind, Priority
from helpdesk.services.assignment import claim_ticket
from helpdesk.services.linking import follow_ticket
from tests.factories import (
    MONDAY,
    make_note,
    make_reply,
    make_team,
    make_ticket,
    make_user,
)

pytestmark = pytest.mark.django_db
TICKET_PAGE_MAY_COST = 19
HTMX = {"HX-Request": "true"}


@pytest.fixture
def team():
    return make_team("Home and kitchen")


@pytest.fixture
def mara(client, team):
    user = make_user(team=team, full_name="Mara Lindqvist")
    client.force_login(user)
    return user


@pytest.fixture
def ticket(team):
    return make_ticket(team=team)


def show(client, ticket, **params):
    return client.get(reverse("helpdesk:ticket", args=[ticket.pk]), params)


def act(client, ticket, verb, *, headers=None, **written):
    address = reverse("helpdesk:act", args=[ticket.pk, verb])
    return client.post(address, written, headers=headers or {})


def write(client, ticket, door, *, headers=None, **written):
    ticket.refresh_from_db()
    address = reverse(f"helpdesk:{door}", args=[ticket.pk])
    written = {"seen": ticket.last_event, "attachments": []} | written
    return client.post(address, written, headers=headers or {})


def test_the_page_shows_what_was_said_and_by_whom(client, mara, ticket):
    make_reply(ticket, "A new one leaves tomorrow.", by=mara)
    make_note(ticket, "Lot 2611 again.", by=mara)

    page = show(client, ticket).content.decode()

    assert 'data-kind="customer"' in page
    assert 'data-kind="agent"' in page
    assert 'data-kind="note"' in page
    assert "Lot 2611 again." in page


def test_a_ticket_of_another_team_is_not_there(client, mara):
    foreign = make_ticket(team=make_team("Billing"))

    assert show(client, foreign).status_code == 404
    assert act(client, foreign, "claim").status_code == 404
    assert write(client, foreign, "reply", text="Hello").status_code == 404
    assert not Message.objects.filter(ticket=foreign, kind=MessageKind.PUBLIC_REPLY).exists()


@pytest.mark.parametrize(
    ("verb", "written", "field", "value"),
    [
        ("status", {"status": "pending"}, "status", "pending"),
        ("solve", {}, "status", "solved"),
        ("priority", {"priority": "4"}, "priority", Priority.URGENT),
        ("severity", {"severity": "3"}, "severity", 3),
        ("subject", {"subject": "Cracked twice"}, "subject", "Cracked twice"),
        ("impact", {"amount": "12.50", "currency": "EUR"}, "financial_impact_minor", 1250),
        ("category", {"category": "damaged"}, "category_id", "damaged"),
        ("team", {"team": "other"}, "team_id", "other"),
        ("claim", {}, "assignee_id", "me"),
        ("assign", {"to": "me"}, "assignee_id", "me"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["without-script", "htmx"])
def test_acts_change_the_ticket_and_lead_back(
    client, mara, ticket, team, verb, written, field, value, headers
):
    other = make_team("Billing")
    follow_ticket(ticket.pk, by=mara, at=MONDAY)
    names = {
        "damaged": Category.objects.create(slug="damaged", name="Damaged").pk,
        "other": other.pk,
        "me": mara.pk,
    }
    written = {key: names.get(text, text) for key, text in written.items()}

    response = act(client, ticket, verb, headers=headers, **written)

    assert response.status_code == (200 if headers else 302)
    ticket.refresh_from_db()
    assert getattr(ticket, field) == names.get(value, value)
    assert ticket.timeline.last().actor == mara


def test_an_impossible_act_is_refused_in_place(client, mara, ticket):
    act(client, ticket, "solve")

    panel = act(client, ticket, "solve", headers=HTMX)
    page = client.post(reverse("helpdesk:act", args=[ticket.pk, "solve"]), follow=True)

    assert panel.status_code == 422
    assert "The ticket is solved; possible now: open." in panel.content.decode()
    assert "The ticket is solved; possible now: open." in page.content.decode()


@pytest.mark.parametrize(
    ("verb", "written"),
    [
        ("priority", {"priority": "9"}),
        ("priority", {}),
        ("team", {"team": "x"}),
        ("assign", {"assignee": ""}),
        ("subject", {"subject": "a\x00b"}),
        ("subject", {"subject": "x" * 251}),
        ("impact", {"amount": "much", "currency": "EUR"}),
        ("impact", {"amount": "1", "currency": "euro"}),
        ("order", {"order": "never-imported"}),
        ("tag", {"tag": ","}),
        ("link", {"to": "9" * 30}),
        ("link", {"to": "999999"}),
        ("unlink", {"link": "1"}),
        ("untag", {"tag": "not there"}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_malformed_input_changes_nothing_and_says_what_is_wrong(
    client, mara, ticket, verb, written
):
    before = ticket.timeline.count()

    response = act(client, ticket, verb, headers=HTMX, **written)

    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert ticket.timeline.count() == before


def test_there_are_no_other_acts(client, mara, ticket):
    assert act(client, ticket, "explode").status_code == 404
    assert client.get(reverse("helpdesk:act", args=[ticket.pk, "solve"])).status_code == 405


def test_a_role_that_may_not_is_forbidden_and_sees_no_button(client, ticket):
    client.force_login(make_user(Role.COMPLIANCE))

    page = show(client, ticket).content.decode()

    assert act(client, ticket, "solve").status_code == 403
    assert write(client, ticket, "reply", text="Hello").status_code == 403
    assert reverse("helpdesk:act", args=[ticket.pk, "solve"]) not in page
    assert 'value="reply"' not in page
    ticket.refresh_from_db()
    assert ticket.status == "new"


def test_an_act_that_takes_the_ticket_out_of_sight_leads_to_the_queue(client, mara, ticket):
    other = make_team("Billing")

    response = act(client, ticket, "team", headers=HTMX, team=other.pk)

    assert response.headers["HX-Redirect"].startswith(reverse("helpdesk:queue"))


@pytest.mark.parametrize("tab", ["case", "history", "timeline"])
@pytest.mark.parametrize("message_count", [1, 50])
def test_the_ticket_page_costs_the_same_however_long(
    client, mara, ticket, team, tab, message_count, django_assert_max_num_queries
):
    for number in range(message_count):
        make_note(ticket, f"Note {number}", by=mara)
        claim_ticket(make_ticket(team=team).pk, by=mara, at=MONDAY)

    with django_assert_max_num_queries(TICKET_PAGE_MAY_COST):
        page = show(client, ticket, tab=tab).content.decode()

    assert f"Note {message_count - 1}" in page


def test_every_act_stands_in_the_timeline_with_before_and_after(client, mara, ticket):
    act(client, ticket, "priority", priority="4")

    page = show(client, ticket, tab="timeline").content.decode()

    assert "<b>Mara Lindqvist</b> changed the priority: normal → <b>urgent</b>" in page
