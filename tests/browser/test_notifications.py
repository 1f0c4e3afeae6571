"""The bell and names in notes, in a real browser."""

import pytest
from playwright.sync_api import expect

from helpdesk.models import Mention, Notification
from helpdesk.services.assignment import assign_ticket
from tests.browser.conftest import with_password
from tests.factories import MONDAY, make_team, make_ticket, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sam(team):
    return with_password(make_user(team=team, full_name="Sam Okafor"))


def test_the_bell_opens_over_the_page_and_is_silenced_by_all_read(visit, mara, sam, team):
    ticket = make_ticket("Cracked tank", team=team)
    assign_ticket(ticket.pk, assignee=mara, by=sam, at=MONDAY)
    page = visit().sign_in(mara)
    bell = page.locator("[data-bell]")
    expect(bell.locator("[data-unread-count]")).to_have_text("1")

    bell.click()
    panel = page.locator("#bell-panel")
    expect(panel).to_contain_text("Sam Okafor assigned the ticket to you")
    panel.get_by_role("button", name="All read").click()

    expect(bell.locator("[data-unread-count]")).to_be_hidden()
    assert not Notification.objects.unread().exists()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(bell).to_be_focused()


def test_without_script_the_bell_is_a_page(visit, mara, sam, team):
    ticket = make_ticket("Cracked tank", team=team)
    assign_ticket(ticket.pk, assignee=mara, by=sam, at=MONDAY)
    page = visit(java_script_enabled=False).sign_in(mara)

    page.locator("[data-bell]").click()
    page.get_by_role("button", name="All read").click()

    expect(page.locator("[data-unread-count]")).to_be_hidden()
    assert not Notification.objects.unread().exists()


def test_a_name_is_offered_while_a_note_is_typed_and_its_bearer_is_told(visit, mara, sam, team):
    make_user(team=make_team(), full_name="Sandra Far")
    ticket = make_ticket("Cracked tank", team=team)
    visitor = visit()
    visitor.sign_in(mara)
    page = visitor.open("helpdesk:ticket", ticket.pk)

    page.keyboard.press("n")
    page.keyboard.type("Please look, @sa")
    offered = page.locator("#mention-list [role=option]")
    expect(offered).to_have_count(2)
    expect(offered.nth(1)).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#composer-text")).to_have_value("Please look, @Sam Okafor ")
    expect(page.locator("#mention-list")).to_be_hidden()
    page.keyboard.press("Control+Enter")

    expect(page.locator("a.mention")).to_have_text("@Sam Okafor")
    assert Mention.objects.get().user == sam


def test_in_a_reply_no_name_is_offered(visit, mara, sam, team):
    ticket = make_ticket(team=team)
    visitor = visit()
    visitor.sign_in(mara)
    page = visitor.open("helpdesk:ticket", ticket.pk)

    page.keyboard.press("r")
    page.keyboard.type("Hello @sa")
    expect(page.locator("[data-draft-state]")).to_have_text("Draft saved")

    expect(page.locator("#mention-list")).to_have_count(0)
