"""Several tickets at once from the list, with and without script."""

import pytest
from django.urls import reverse

from accounts.models import Role
from helpdesk.models import BulkJob, Ticket
from helpdesk.services.bulk import AT_ONCE
from helpdesk.services.lifecycle import solve_ticket
from tests.factories import MONDAY, make_identity, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mara(client):
    user = make_user(team=make_team("Home and kitchen"), full_name="Mara Lindqvist")
    client.force_login(user)
    return user


def many_tickets(count: int) -> list[int]:
    identity = make_identity()
    return [make_ticket(identity=identity).pk for _ in range(count)]


def act(client, ticked, name: str, **more):
    address = reverse("helpdesk:bulk") + "?view=open"
    return client.post(address, {"act": name, "tickets": ticked} | more, follow=True)


def test_ticked_tickets_are_acted_on_and_refusals_are_listed(client, mara):
    one, two = many_tickets(2)
    solve_ticket(two, by=mara, at=MONDAY)

    page = act(client, [one, two], "solve").content.decode()

    assert "1 done, 1 refused" in page
    assert "The ticket is solved; possible now: open." in page
    assert reverse("helpdesk:ticket", args=[two]) in page
    assert Ticket.objects.get(pk=one).status == "solved"


@pytest.mark.parametrize(
    ("name", "more", "field", "value"),
    [
        ("change-status:pending", {}, "status", "pending"),
        ("change-priority:urgent", {}, "priority", 4),
        ("assign:nobody", {}, "assignee", None),
        ("tag:", {"words": "Lot 2611"}, "tags__name", "lot 2611"),
    ],
)
def test_every_choice_of_the_bar_is_an_act(client, mara, name, more, field, value):
    (number,) = many_tickets(1)
    Ticket.objects.filter(pk=number).update(assignee=make_user())

    assert "1 done" in act(client, [number], name, **more).content.decode()
    assert Ticket.objects.values_list(field, flat=True).get(pk=number) == value


def test_merging_takes_the_number_beside(client, mara):
    one, two, target = many_tickets(3)

    act(client, [one, two, target], "merge:", words=str(target))

    assert Ticket.objects.filter(merged_into=target).count() == 2


@pytest.mark.parametrize(
    ("name", "more", "words"),
    [
        ("solve", {"tickets": []}, "There is no ticket to act on."),
        ("", {}, "Choose what to do."),
        ("explode", {}, "Choose what to do."),
        ("tag:", {"words": "a,b"}, "A tag has 1 to 40 characters"),
        ("merge:", {"words": "abc"}, "Give an id"),
        ("assign:99999999", {}, "There is nothing with the id"),
        ("move:" + "9" * 400, {}, "Give an id"),
        ("solve", {"tickets": ["abc", "-1", "9" * 40]}, "There is no ticket to act on."),
        ("solve", {"tickets": ["999999"]}, "not yours to see"),
        ("tag:", {"words": "a\x00b"}, "A tag has 1 to 40 characters"),
    ],
)
def test_what_cannot_be_is_said_on_the_list(client, mara, name, more, words):
    page = act(client, many_tickets(1), name, **more)

    assert page.status_code == 200
    assert words in page.content.decode()
    assert not BulkJob.objects.exists()


def test_a_long_job_is_watched_and_cancelled(client, mara):
    page = act(client, many_tickets(AT_ONCE + 1), "solve")
    job = BulkJob.objects.get()

    assert "data-running" in page.content.decode()
    cancelled = client.post(reverse("helpdesk:cancel_bulk_job", args=[job.pk]), follow=True)
    assert f"{AT_ONCE + 1} cancelled" in cancelled.content.decode()
    again = client.post(reverse("helpdesk:cancel_bulk_job", args=[job.pk]), follow=True)
    assert "It is cancelled already." in again.content.decode()


def test_a_job_is_only_its_owner_s(client, mara):
    act(client, many_tickets(1), "solve")
    job = BulkJob.objects.get()
    client.force_login(make_user(Role.ADMIN))

    assert client.get(reverse("helpdesk:bulk_job", args=[job.pk])).status_code == 404
    assert client.post(reverse("helpdesk:cancel_bulk_job", args=[job.pk])).status_code == 404


def test_the_bar_offers_what_the_role_may(client):
    client.force_login(make_user(Role.COMPLIANCE))

    page = client.get(reverse("helpdesk:queue")).content.decode()

    assert 'value="tag:"' in page
    assert 'value="solve"' not in page


def test_a_page_link_of_the_report_that_is_not_valid_starts_again(client, mara):
    act(client, many_tickets(1), "solve")
    address = reverse("helpdesk:bulk_job", args=[BulkJob.objects.get().pk])

    assert client.get(f"{address}?cursor=made-up").status_code == 302
