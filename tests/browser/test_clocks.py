"""Clocks in a browser: they run by the server's time, in the list, in the head and in the title."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from escalations.models import Metric
from tests.escalations.making import make_clock
from tests.factories import make_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: What the browser believes: three hours too late.
WRONG_TIME = "const now = Date.now; Date.now = () => now() + 3 * 3600 * 1000;"


def ticket_due(team, seconds: float):
    ticket = make_ticket(team=team)
    due_at = timezone.now() + timedelta(seconds=seconds)
    make_clock(ticket, due_at=due_at, metric=Metric.APPROVAL)
    return ticket


def test_a_clock_runs_by_the_servers_time_and_passes_its_deadline_in_the_title_too(
    visit, mara, team
):
    ticket = ticket_due(team, 12)
    visitor = visit()
    visitor.context.add_init_script(WRONG_TIME)
    visitor.sign_in(mara)
    page = visitor.open("helpdesk:ticket", ticket.pk)
    clock = page.locator("#ticket-head .clock").first

    expect(clock).to_have_attribute("data-state", "near")
    expect(page).to_have_title(re.compile(rf"^\d+ s · {ticket.pk} "))
    expect(clock).to_have_attribute("data-state", "late", timeout=15_000)
    expect(page).to_have_title(re.compile(rf"^\d+ s late · {ticket.pk} "))
    expect(page.locator(f"#row-{ticket.pk} .clock, #ticket-head .clock").first).to_be_visible()
    assert page.locator("[aria-live] .clock, [role=log] .clock, [role=status] .clock").count() == 0


def test_the_title_follows_to_the_next_ticket(visit, mara, team):
    first, second = ticket_due(team, 3 * 3600 + 30), ticket_due(team, 5 * 3600 + 30)
    visitor = visit()
    visitor.sign_in(mara)
    page = visitor.open("helpdesk:ticket", first.pk, query="?view=open")
    expect(page).to_have_title(re.compile(rf"^3 h 00 m · {first.pk} "))

    page.locator(f"#row-{second.pk} a").click()

    expect(page).to_have_title(re.compile(rf"^5 h 00 m · {second.pk} "))


def test_resting_on_the_clock_shows_all_of_them(visit, mara, team):
    ticket = ticket_due(team, 3600)
    visitor = visit()
    visitor.sign_in(mara)
    page = visitor.open("helpdesk:ticket", ticket.pk)

    page.locator(".clocks > button").hover()
    expect(page.locator("#ticket-clocks")).to_be_visible()
    page.locator("#composer-text").hover()
    expect(page.locator("#ticket-clocks")).to_be_hidden()


def test_without_script_the_deadline_is_read_and_explained(visit, mara, team):
    ticket = ticket_due(team, 2 * 3600 + 30)
    visitor = visit(java_script_enabled=False)
    visitor.sign_in(mara)
    page = visitor.open("helpdesk:ticket", ticket.pk)

    expect(page.locator("#ticket-head .clock").first).to_contain_text("2 h 00 m")
    page.locator("#panel-clocks").get_by_role("link", name="Approval").click()
    expect(page.get_by_role("heading", name="Approval, explained")).to_be_visible()
