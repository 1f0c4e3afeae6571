"""Opening by hand, merging, splitting and the details page."""

import pytest
from django.urls import reverse

from accounts.models import Role
from helpdesk.models import Customer, Status, Ticket
from helpdesk.services.merging import merge_ticket
from tests.factories import MONDAY, make_identity, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def mara(client, team):
    user = make_user(team=team)
    client.force_login(user)
    return user


CALL = {
    "email": "karen@mail.example",
    "name": "Karen Whitfield",
    "subject": "Cracked again",
    "text": "She called: the tank is cracked.",
    "channel": "phone",
    "priority": "3",
    "category": "",
    "team": "",
}


def test_what_a_customer_said_by_telephone_becomes_a_ticket(client, mara, team):
    response = client.post(reverse("helpdesk:new_ticket"), CALL | {"team": team.pk})

    ticket = Ticket.objects.get()
    assert response.url == reverse("helpdesk:ticket", args=[ticket.pk])
    assert (ticket.subject, ticket.channel, ticket.priority) == ("Cracked again", "phone", 3)
    assert ticket.requester.name == "Karen Whitfield"
    assert ticket.timeline.first().actor == mara


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "no address"},
        {"subject": " "},
        {"text": ""},
        {"channel": "pigeon"},
        {"priority": "9"},
        {"team": "999999"},
        {"subject": "x" * 251},
        {"text": "a\x00b"},
    ],
    ids=str,
)
def test_a_ticket_that_is_not_well_formed_is_refused_in_place_and_leaves_nothing(
    client, mara, wrong
):
    response = client.post(reverse("helpdesk:new_ticket"), CALL | wrong)

    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert not Ticket.objects.exists()
    assert not Customer.objects.exists()


def test_before_a_merge_the_page_says_what_will_happen(client, mara, team):
    source = make_ticket("First", team=team)
    target = make_ticket("Second", team=team, identity=make_identity(name="Luis Ortega"))

    response = client.get(reverse("helpdesk:merge", args=[source.pk]), {"into": target.pk})

    page = response.content.decode()
    assert f"{source.pk} goes into {target.pk}" in page
    assert "Two different customers: Karen Whitfield and Luis Ortega." in page
    source.refresh_from_db()
    assert source.merged_into is None


def test_a_merge_leads_to_the_target_and_can_be_undone_from_the_source(client, mara, team):
    source, target = make_ticket(team=team), make_ticket(team=team)

    merged = client.post(reverse("helpdesk:merge", args=[source.pk]), {"into": target.pk})
    page = client.get(reverse("helpdesk:ticket", args=[source.pk])).content.decode()
    undo = reverse("helpdesk:act", args=[source.pk, "unmerge"])
    client.post(undo)

    assert merged.url == reverse("helpdesk:ticket", args=[target.pk])
    assert "Merged into <a" in page
    assert undo in page
    source.refresh_from_db()
    assert source.merged_into is None
    assert source.status != Status.CLOSED


@pytest.mark.parametrize("into", ["", "soon", "999999", "0", "-1"])
def test_a_merge_into_nothing_is_refused_in_place(client, mara, team, into):
    source = make_ticket(team=team)

    response = client.post(reverse("helpdesk:merge", args=[source.pk]), {"into": into})

    assert response.status_code == 422
    assert "field-error" in response.content.decode()


def test_a_merge_into_a_ticket_out_of_sight_says_only_that_it_is_not_seen(client, mara, team):
    source, hidden = make_ticket(team=team), make_ticket("Secret", team=make_team())

    response = client.post(reverse("helpdesk:merge", args=[source.pk]), {"into": hidden.pk})

    assert response.status_code == 422
    assert "Secret" not in response.content.decode()


def test_a_merge_the_rules_forbid_says_why(client, mara, team):
    source, target, third = (make_ticket(team=team) for _ in range(3))
    merge_ticket(target.pk, into=third.pk, by=mara, at=MONDAY)

    response = client.post(reverse("helpdesk:merge", args=[source.pk]), {"into": target.pk})

    assert response.status_code == 422
    assert f"choose {third.pk}" in response.content.decode()


def test_a_message_gets_a_ticket_of_its_own(client, mara, team):
    ticket = make_ticket(team=team)
    message = ticket.messages.get()

    response = client.post(
        reverse("helpdesk:split", args=[ticket.pk]),
        {"message_id": message.pk, "subject": "The other matter"},
    )

    new = Ticket.objects.get(subject="The other matter")
    assert response.url == reverse("helpdesk:ticket", args=[new.pk])
    assert ticket.messages.count() == 1


def test_a_split_without_a_message_or_of_a_foreign_one_is_refused(client, mara, team):
    ticket, other = make_ticket(team=team), make_ticket(team=team)
    address = reverse("helpdesk:split", args=[ticket.pk])

    without = client.post(address, {"subject": "Other"})
    foreign = client.post(address, {"subject": "Other", "message_id": other.messages.get().pk})

    assert without.status_code == 422
    assert foreign.status_code == 422
    assert Ticket.objects.count() == 2


def test_a_detail_is_changed_alone_and_a_refusal_keeps_what_was_typed(client, mara, team):
    ticket = make_ticket(team=team)
    address = reverse("helpdesk:details", args=[ticket.pk])

    saved = client.post(address, {"act": "subject", "subject": "Cracked twice"})
    refused = client.post(address, {"act": "impact", "amount": "12,5x", "currency": "EUR"})

    assert saved.status_code == 302
    assert refused.status_code == 422
    assert 'value="12,5x"' in refused.content.decode()
    ticket.refresh_from_db()
    assert ticket.subject == "Cracked twice"


@pytest.mark.parametrize("door", ["merge", "split", "details"])
def test_the_pages_of_a_ticket_out_of_sight_are_not_there(client, mara, door):
    foreign = make_ticket(team=make_team())

    assert client.get(reverse(f"helpdesk:{door}", args=[foreign.pk])).status_code == 404


def test_compliance_cannot_merge(client, team):
    client.force_login(make_user(Role.COMPLIANCE))
    source, target = make_ticket(team=team), make_ticket(team=team)

    response = client.post(reverse("helpdesk:merge", args=[source.pk]), {"into": target.pk})

    assert response.status_code == 403
