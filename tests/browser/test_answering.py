"""An agent answers a customer, with script and without."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from helpdesk.models import Message, MessageKind
from tests.factories import customer_writes, make_note, make_ticket, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ticket(team):
    return make_ticket(team=team)


@pytest.fixture(params=[True, False], ids=["with-script", "without-script"])
def window(request, visit):
    return visit(java_script_enabled=request.param)


def test_an_agent_signs_in_opens_a_ticket_and_replies(window, mara, ticket):
    page = window.sign_in(mara)
    window.open("helpdesk:queue", query="?view=open")
    page.get_by_role("link", name="Second coffee maker arrived cracked").click()
    page.get_by_label("Message", exact=True).fill("A new one leaves tomorrow.")
    page.get_by_role("button", name="Send", exact=False).first.click()

    reply = page.locator('.message[data-kind="agent"]')
    expect(reply).to_contain_text("A new one leaves tomorrow.")
    expect(page.get_by_label("Message", exact=True)).to_have_value("")
    assert Message.objects.get(kind=MessageKind.PUBLIC_REPLY).author == mara


def test_a_note_looks_different_and_stays_in_the_house(window, mara, ticket):
    page = window.sign_in(mara)
    window.open("helpdesk:ticket", ticket.pk)
    page.locator("label", has_text="Internal note").click()

    expect(page.get_by_text("Only colleagues read this")).to_be_visible()
    expect(page.get_by_role("button", name="Send", exact=False).first).to_be_hidden()

    page.get_by_label("Message", exact=True).fill("Lot 2611 again.")
    page.get_by_role("button", name="Add note").click()

    expect(page.locator('.message[data-kind="note"]')).to_contain_text("Lot 2611 again.")
    assert not Message.objects.filter(kind=MessageKind.PUBLIC_REPLY).exists()


def test_a_reply_that_missed_something_is_not_sent_and_not_lost(window, mara, ticket):
    page = window.sign_in(mara)
    window.open("helpdesk:ticket", ticket.pk)
    customer_writes(ticket, "Please forget the tank.")
    make_note(ticket, "Lot 2611 is on hold.", by=make_user(full_name="Tomasz Wójcik"))
    page.get_by_label("Message", exact=True).fill("A new tank leaves tomorrow.")
    page.get_by_role("button", name="Send", exact=False).first.click()

    refusal = page.get_by_role("alert")
    expect(refusal).to_contain_text("Not sent. 2 things happened that you had not seen")
    expect(refusal).to_contain_text("Please forget the tank.")
    expect(page.locator(".message[data-new]")).to_have_count(2)
    expect(page.get_by_label("Message", exact=True)).to_have_value("A new tank leaves tomorrow.")
    assert not Message.objects.filter(kind=MessageKind.PUBLIC_REPLY).exists()

    page.get_by_role("button", name="Send as it is").click()

    expect(page.locator('.message[data-kind="agent"]')).to_contain_text("A new tank")


def test_solving_by_a_button_shows_at_once(window, mara, ticket):
    page = window.sign_in(mara)
    window.open("helpdesk:ticket", ticket.pk)
    page.get_by_role("button", name="Solve", exact=True).click()

    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    ticket.refresh_from_db()
    assert ticket.status == "solved"


def test_assigning_shows_at_once(window, mara, ticket):
    page = window.sign_in(mara)
    window.open("helpdesk:ticket", ticket.pk)
    page.get_by_role("button", name="Take it").click()
    expect(page.get_by_role("button", name="Take it")).to_have_count(0)
    page.locator('[popovertarget="choose-assignee"]').click()
    page.locator("#choose-assignee").get_by_role("button", name="Nobody").click()

    expect(page.get_by_role("button", name="Take it")).to_be_visible()
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_a_reply_may_also_solve(window, mara, ticket):
    page = window.sign_in(mara)
    window.open("helpdesk:ticket", ticket.pk)
    page.get_by_label("Message", exact=True).fill("Done.")
    page.get_by_role("button", name="Other ways to send").click()
    page.get_by_role("button", name="Send and solve").click()

    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    ticket.refresh_from_db()
    assert ticket.status == "solved"


def test_changing_the_status_from_the_head_keeps_what_is_being_written(visit, mara, ticket):
    window = visit()
    page = window.sign_in(mara)
    window.open("helpdesk:ticket", ticket.pk)
    page.get_by_label("Message", exact=True).fill("Half a sentence")
    page.get_by_role("button", name="Status: New. Change").click()
    page.locator("#choose-status").get_by_role("button", name="Pending").click()

    expect(page.get_by_role("button", name="Status: Pending. Change")).to_be_focused()
    expect(page.get_by_label("Message", exact=True)).to_have_value("Half a sentence")
    expect(page.locator("#log .event").last).to_contain_text("changed the status")


def test_a_session_that_ran_out_does_not_cost_what_was_written(visit, mara, ticket):
    window = visit()
    page = window.sign_in(mara)
    window.open("helpdesk:ticket", ticket.pk)
    window.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_label("Message", exact=True).fill("Half an hour of work.")
    page.get_by_role("button", name="Send", exact=False).first.click()

    expect(page.locator("#toasts")).to_contain_text("You were signed out.")
    expect(page.get_by_label("Message", exact=True)).to_have_value("Half an hour of work.")

    other = window.context.new_page()
    window.page = other
    window.sign_in(mara)
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("#toasts")).to_contain_text("You are signed in again.")
    page.get_by_role("button", name="Send", exact=False).first.click()

    expect(page.locator('.message[data-kind="agent"]')).to_contain_text("Half an hour of work.")
