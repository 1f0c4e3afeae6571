"""Tickets are linked to a problem from the list, from the palette and from the case."""

import pytest
from django.urls import reverse

from accounts.models import Role
from helpdesk.models import BulkJob
from helpdesk.palette import acts_on
from helpdesk.services.bulk import run_bulk_job, start_bulk_job
from helpdesk.services.bulk_acts import ArgumentRefused
from tests.escalations.investigating import make_problem
from tests.factories import MONDAY, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def specialist(team):
    return make_user(Role.SPECIALIST, team=team)


@pytest.fixture
def problem(specialist):
    return make_problem(by=specialist)


def linked(problem) -> set[int]:
    return set(problem.links.values_list("ticket_id", flat=True))


def many(tickets, *, problem, by):
    job = start_bulk_job(
        act="link-problem", arguments={"problem": problem}, tickets=tickets, by=by, at=MONDAY
    )
    run_bulk_job(job.pk, at=MONDAY)
    return {item.ticket_id: item.code for item in job.items.all()}


def test_ticked_tickets_are_linked_and_what_was_linked_is_said(team, specialist, problem):
    one, two = make_ticket(team=team), make_ticket(team=team)
    many([one.pk], problem=problem.pk, by=specialist)

    outcome = many([one.pk, two.pk], problem=problem.pk, by=specialist)

    assert outcome == {one.pk: "already_linked", two.pk: ""}
    assert linked(problem) == {one.pk, two.pk}
    assert two.timeline.last().kind == "problem.linked"


@pytest.mark.parametrize("number", [2**62, 0, "1", True, None])
def test_a_problem_is_named_by_its_number(team, specialist, problem, number):
    with pytest.raises(ArgumentRefused):
        many([make_ticket(team=team).pk], problem=number, by=specialist)


def test_the_list_offers_it_to_whoever_handles_problems(client, team, specialist, problem):
    ticket = make_ticket(team=team)
    offer = 'value="link-problem:"'
    client.force_login(make_user(team=team))
    assert offer not in client.get(reverse("helpdesk:queue") + "?view=all").content.decode()
    client.force_login(specialist)
    assert offer in client.get(reverse("helpdesk:queue") + "?view=all").content.decode()

    client.post(
        reverse("helpdesk:bulk"),
        {"act": "link-problem:", "words": str(problem.pk), "tickets": [ticket.pk]},
    )
    job = BulkJob.objects.get(requested_by=specialist)
    run_bulk_job(job.pk, at=MONDAY)

    assert linked(problem) == {ticket.pk}
    page = client.get(reverse("helpdesk:bulk_job", args=[job.pk])).content.decode()
    assert "Link to the problem" in page


def test_the_palette_leads_to_the_problems_where_each_can_be_chosen(
    client, team, specialist, problem
):
    ticket = make_ticket(team=team)
    items = acts_on(ticket, "", user=specialist)
    (item,) = [one for one in items if "link=" in one.url]
    client.force_login(specialist)

    page = client.get(item.url).content.decode()
    assert f"Link {ticket.pk}" in page
    client.post(
        reverse("escalations:problem_act", args=[problem.pk, "link"]), {"tickets": ticket.pk}
    )

    assert linked(problem) == {ticket.pk}


def test_a_ticket_out_of_sight_is_offered_to_no_problem(client, specialist, problem):
    hidden = make_ticket(team=make_team(), subject="Canary 4711")
    client.force_login(specialist)

    page = client.get(reverse("escalations:problems") + f"?link={hidden.pk}").content.decode()

    assert "Canary 4711" not in page and f"Link {hidden.pk}" not in page
