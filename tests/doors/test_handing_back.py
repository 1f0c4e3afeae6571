"""Whoever is let in no more leaves no ticket behind: by page and by REST the same."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from accounts.services.people import deactivate_person
from helpdesk.models import BulkJob, Ticket, TimelineKind
from helpdesk.services import handing_back
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.lifecycle import solve_ticket
from tests.factories import MONDAY, make_ticket, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin(client):
    user = make_user(Role.ADMIN)
    client.force_login(user)
    return user


@pytest.fixture
def mara():
    return make_user(full_name="Mara Lindqvist")


@pytest.fixture
def tickets(admin, mara):
    """Two in hand, one solved."""
    made = [make_ticket() for _ in range(3)]
    for ticket in made:
        assign_ticket(ticket.pk, assignee=mara, by=admin, at=MONDAY)
    solve_ticket(made[2].pk, by=mara, at=MONDAY)
    return made


def by_page(client, person):
    return client.post(f"/people/{person.pk}/deactivate/")


def by_rest(client, person):
    return client.post(f"/api/v1/users/{person.pk}/deactivate/", content_type="application/json")


def left_with(person) -> list[int]:
    return list(Ticket.objects.filter(assignee=person).values_list("pk", flat=True))


@pytest.mark.parametrize("door", [by_page, by_rest])
def test_unsolved_tickets_become_nobodys_with_an_entry_each(client, admin, mara, tickets, door):
    assert door(client, mara).status_code in (200, 302)

    assert left_with(mara) == [tickets[2].pk]
    for ticket in tickets[:2]:
        entry = ticket.timeline.filter(kind=TimelineKind.ASSIGNED).last()
        assert (entry.actor, entry.before, entry.after) == (admin, "Mara Lindqvist", "")


def test_the_page_says_how_many_before_it_is_done(client, admin, mara, tickets):
    page = client.get(f"/people/{mara.pk}/").content.decode()
    assert "2 unsolved tickets become nobody" in page

    by_page(client, mara)
    assert "become nobody" not in client.get(f"/people/{mara.pk}/").content.decode()


def test_who_may_not_deactivate_frees_nothing(mara, tickets):
    with pytest.raises(PermissionDenied):
        deactivate_person(mara.pk, by=make_user(), at=MONDAY)

    assert len(left_with(mara)) == 3


def test_many_are_a_bulk_job_of_whoever_did_it(client, admin, mara, tickets, monkeypatch):
    monkeypatch.setattr(handing_back, "AT_ONCE", 1)

    by_page(client, mara)

    job = BulkJob.objects.get()
    assert (job.act, job.arguments, job.requested_by) == ("assign", {"assignee": None}, admin)
    assert left_with(mara) == [tickets[2].pk]
