"""What opens over a screen, refuses or waits below it passes axe as the screen does."""

import pytest
from playwright.sync_api import expect

from accounts.models import Role
from tests.browser.axe import check
from tests.browser.conftest import with_password
from tests.browser.screens import make_busy_ticket
from tests.escalations.making import make_clock
from tests.factories import customer_writes, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lead(team):
    return with_password(make_user(Role.TEAM_LEAD, team=team, full_name="Priya Raman"))


@pytest.fixture
def window(visit):
    """At rest at once, so that no colour is met on its way to another."""
    return visit(reduced_motion="reduce")


def test_what_opens_over_a_screen_is_accessible_too(window, lead, team):
    ticket = make_busy_ticket(team=team, lead=lead)
    make_clock(ticket)
    window.sign_in(lead)
    page = window.open("helpdesk:ticket", ticket.pk)
    wrong = {}
    for key, opened in ("Control+k", "dialog.palette"), ("?", "#shortcuts"):
        page.keyboard.press(key)
        expect(page.locator(opened)).to_be_visible()
        wrong[opened] = check(page)
        page.keyboard.press("Escape")
        expect(page.locator(opened)).to_be_hidden()
    for menu in (
        "choose-status",
        "choose-assignee",
        "more-acts",
        "send-ways",
        "ticket-clocks",
        "bell-panel",
    ):
        opener = "[data-bell]" if menu == "bell-panel" else f'[popovertarget="{menu}"]'
        page.locator(opener).first.click()
        expect(page.locator(f"#{menu}")).to_be_visible()
        wrong[menu] = check(page)
        page.keyboard.press("Escape")

    assert {opened: words for opened, words in wrong.items() if words} == {}


def test_a_refusal_a_note_and_a_selection_are_accessible_too(window, lead, team):
    ticket = make_busy_ticket(team=team, lead=lead)
    window.sign_in(lead)
    page = window.open("helpdesk:ticket", ticket.pk)
    customer_writes(ticket, "And the invoice?")
    page.get_by_label("Message", exact=True).fill("A new tank leaves tomorrow.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("Not sent.")
    wrong = check(page)
    page.locator(".composer label", has_text="Internal note").click()
    wrong += check(page)
    page = window.open("helpdesk:queue", query="?view=open")
    page.locator("#list .row .check").first.click()
    expect(page.locator("#bulk")).to_be_visible()
    wrong += check(page)

    assert wrong == [], "\n".join(w[:230] for w in wrong)
