"""Two people at two windows: what one does, the other sees, without loading anything anew."""

import re

import pytest
from playwright.sync_api import expect

from helpdesk.services.assignment import assign_ticket
from tests.browser.conftest import with_password
from tests.factories import MONDAY, customer_writes, make_note, make_ticket, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: How long a page is given on a busy machine; how quick it is stands in bench.live.
SOON = 30_000
#: Sooner than the 25 s after which whoever says nothing is dropped.
AT_ONCE = 15_000


@pytest.fixture
def tomasz(team):
    return with_password(make_user(team=team, full_name="Tomasz Wójcik"))


@pytest.fixture
def ticket(team):
    return make_ticket(team=team)


def open_ticket(visit, user, ticket):
    """A window on the ticket whose stream is open."""
    return open_ticket_in(visit(), user, ticket)


def open_ticket_in(window, user, ticket):
    window.sign_in(user)
    with window.page.expect_response(re.compile("/events/.*since")):
        window.open("helpdesk:ticket", ticket.pk, query="?view=open")
    return window.page


def test_a_customers_message_appears_and_what_is_being_written_stays(events, visit, mara, ticket):
    page = open_ticket(visit, mara, ticket)
    text = page.get_by_label("Message", exact=True)
    text.press_sequentially("Half a sent")
    customer_writes(ticket, "Please forget the tank.")

    message = page.locator('.message[data-kind="customer"]').last
    expect(message).to_contain_text("Please forget the tank.", timeout=SOON)
    expect(page.locator("#news")).to_have_text("Karen Whitfield wrote")
    expect(text).to_be_focused()
    page.keyboard.type("ence")
    expect(text).to_have_value("Half a sentence")
    expect(page.locator(f"#row-{ticket.pk}")).to_have_attribute("data-unread", "")


def test_what_arrived_while_somebody_wrote_is_still_shown_before_it_is_answered_past(
    events, visit, mara, ticket
):
    page = open_ticket(visit, mara, ticket)
    page.get_by_label("Message", exact=True).press_sequentially("A new tank leaves tomorrow.")
    customer_writes(ticket, "Please forget the tank.")
    expect(page.locator("#news")).to_have_text("Karen Whitfield wrote", timeout=SOON)
    page.get_by_role("button", name="Send", exact=False).first.click()

    expect(page.get_by_role("alert")).to_contain_text("Not sent.")
    expect(page.get_by_label("Message", exact=True)).to_have_value("A new tank leaves tomorrow.")


def test_what_was_read_before_the_first_word_is_answered_without_a_question(
    events, visit, mara, ticket
):
    page = open_ticket(visit, mara, ticket)
    customer_writes(ticket, "Please forget the tank.")
    expect(page.locator("#log")).to_contain_text("Please forget the tank.", timeout=SOON)
    # Pressed, or gone by itself once the message was in sight: either way it has been read.
    page.locator("#news button").evaluate_all("found => found.forEach((button) => button.click())")
    expect(page.locator("#news button")).to_have_count(0, timeout=SOON)
    page.get_by_role("textbox", name="Message", exact=True).press_sequentially("It is forgotten.")
    page.keyboard.press("Control+Enter")

    expect(page.locator('.message[data-kind="agent"]')).to_contain_text("It is forgotten.")


def test_presence_comes_changes_and_goes(events, visit, mara, tomasz, ticket):
    hers = open_ticket(visit, mara, ticket)
    his = open_ticket(visit, tomasz, ticket)
    line = hers.locator("#presence")

    expect(line).to_contain_text("Tomasz Wójcik", timeout=SOON)
    picture = hers.locator(f"#row-{ticket.pk} .avatars .avatar")
    expect(picture).to_have_text("TW", timeout=SOON)

    his.bring_to_front()
    his.get_by_label("Message", exact=True).press_sequentially("A new one")
    expect(line).to_have_text("Tomasz Wójcik is writing", timeout=SOON)
    expect(picture).to_have_attribute("data-presence", "writing", timeout=SOON)

    his.evaluate("document.hasFocus = () => false")
    his.evaluate("dispatchEvent(new Event('blur'))")
    expect(line).to_have_text("Tomasz Wójcik has this ticket open, but is away", timeout=SOON)
    expect(picture).to_have_attribute("data-presence", "idle", timeout=SOON)

    # Leaving says so; a window that is killed says nothing and is dropped after 25 s.
    his.goto("about:blank")
    expect(line).to_have_text("", timeout=AT_ONCE)
    expect(picture).to_have_count(0, timeout=AT_ONCE)


def test_a_colleagues_act_shows_in_head_log_and_list(events, visit, mara, tomasz, ticket):
    page = open_ticket(visit, mara, ticket)
    mine = page.locator("#views a", has_text="My open").locator(".count")
    expect(mine).to_have_text("0")
    make_note(ticket, "Lot 2611 again.", by=tomasz)
    assign_ticket(ticket.pk, assignee=mara, by=tomasz, at=MONDAY)

    expect(page.locator('.message[data-kind="note"]')).to_have_count(1, timeout=SOON)
    toast = page.get_by_role("status").filter(has_text="Assigned to you:")
    expect(toast).to_contain_text(str(ticket.pk), timeout=SOON)
    expect(page.locator("#ticket-head")).to_contain_text("Mara")
    expect(page.locator(f"#row-{ticket.pk}").get_by_label("Assigned to Mara")).to_be_visible()
    expect(page.locator("#log .event").last).to_contain_text("assigned")
    expect(mine).to_have_text("1", timeout=SOON)


def test_a_new_ticket_enters_the_list_and_focus_stays_in_it(events, visit, mara, team, ticket):
    window = visit()
    window.sign_in(mara)
    with window.page.expect_response(re.compile("/events/.*since")):
        page = window.open("helpdesk:queue", query="?view=open")
    page.keyboard.press("j")
    link = page.get_by_role("link", name="Second coffee maker")
    expect(link).to_be_focused()
    make_ticket("Grinder sent with EU plug", team=team)

    expect(page.get_by_role("link", name="Grinder sent")).to_be_visible(timeout=SOON)
    expect(link).to_be_focused()


def test_two_windows_of_a_browser_share_one_stream(events, visit, mara, ticket):
    window = visit()
    window.sign_in(mara)
    with window.page.expect_response(re.compile("/events/.*since")):
        first = window.open("helpdesk:ticket", ticket.pk)
    asked = []
    second = window.context.new_page()
    second.on("request", lambda request: asked.append(request.url))
    second.goto(first.url)
    customer_writes(ticket, "Please forget the tank.")

    expect(second.locator("#log")).to_contain_text("forget the tank", timeout=SOON)
    expect(first.locator("#log")).to_contain_text("forget the tank", timeout=SOON)
    assert [url for url in asked if "/events/" in url] == []


def test_the_stream_comes_back_after_its_server_died(events, visit, mara, ticket):
    window = visit()
    page = open_ticket_in(window, mara, ticket)
    events.die()
    customer_writes(ticket, "Please forget the tank.")
    expect(page.locator("#log")).to_contain_text("forget the tank", timeout=SOON)

    with page.expect_response(lambda answer: "/events/" in answer.url and "since" in answer.url):
        events.start()
    customer_writes(ticket, "And the lid.")
    expect(page.locator("#log")).to_contain_text("And the lid.", timeout=SOON)
    # The browser says for itself that it asked in vain.
    is_known = all("ERR_CONNECTION_REFUSED" in words for words in window.complaints)
    assert is_known, window.complaints
    window.complaints.clear()


def test_without_an_event_server_polling_brings_it(visit, mara, ticket):
    window = visit()
    window.sign_in(mara)
    with window.page.expect_response(re.compile("/changes/")):
        page = window.open("helpdesk:ticket", ticket.pk)
    customer_writes(ticket, "Please forget the tank.")

    expect(page.locator("#log")).to_contain_text("forget the tank", timeout=SOON)


def test_a_hidden_window_asks_for_nothing_and_catches_up_when_it_is_seen(
    events, visit, mara, ticket
):
    window = visit()
    # A clock that can be wound on: every timer of ten minutes comes due.
    window.context.clock.install()
    page = open_ticket_in(window, mara, ticket)
    with page.expect_request_finished(lambda sent: '"state":"idle"' in (sent.post_data or "")):
        hide(page, True)
    page.wait_for_load_state("networkidle")
    asked = []
    page.context.on("request", lambda request: asked.append(request.url))
    customer_writes(ticket, "Please forget the tank.")
    page.clock.run_for(10 * 60_000)
    expect(page.locator("#log")).not_to_contain_text("forget the tank")
    assert asked == []

    hide(page, False)
    expect(page.locator("#log")).to_contain_text("forget the tank", timeout=SOON)


def hide(page, is_hidden: bool) -> None:
    page.evaluate(
        """(hidden) => {
          Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        is_hidden,
    )
