"""Keys, theme and density: what belongs to hands and devices."""

import pytest
from playwright.sync_api import expect

from helpdesk.services.assignment import claim_ticket
from tests.factories import MONDAY, make_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tickets(team, mara):
    made = [make_ticket(f"Matter {number}", team=team) for number in range(3)]
    for ticket in made:
        claim_ticket(ticket.pk, by=mara, at=MONDAY)
    return made


def test_j_and_k_move_enter_opens_r_and_n_write(visit, mara, tickets):
    page = visit().sign_in(mara)
    for key in ("j", "j", "k", "j"):
        page.keyboard.press(key)
    expect(page.get_by_role("link", name="Matter 1")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{tickets[1].pk}/**")

    page.keyboard.press("n")
    expect(page.get_by_text("Only colleagues read this")).to_be_visible()
    page.keyboard.type("r and n are letters here")
    expect(page.get_by_label("Message", exact=True)).to_have_value("r and n are letters here")
    page.keyboard.press("Control+Enter")
    expect(page.locator('.message[data-kind="note"]')).to_contain_text("letters here")


def test_single_keys_can_be_switched_off(visit, mara, tickets):
    window = visit()
    page = window.sign_in(mara)
    window.open("accounts:profile")
    page.get_by_role("switch").uncheck()
    window.open("helpdesk:queue")
    page.keyboard.press("j")

    expect(page.get_by_role("link", name="Matter 0")).not_to_be_focused()


def test_the_search_key_leads_to_the_search(visit, mara, tickets):
    page = visit().sign_in(mara)
    page.keyboard.press("/")

    expect(page.get_by_label("Search", exact=True)).to_be_focused()


def test_the_theme_is_remembered_and_there_at_the_first_paint(visit, mara):
    window = visit(color_scheme="light")
    page = window.sign_in(mara)
    page.get_by_title("Light or dark").first.click()
    page.reload(wait_until="commit")

    # The first element of the body is there to be painted; the theme must be known by then.
    theme = "document.body && document.documentElement.dataset.theme"
    assert page.wait_for_function(theme).json_value() == "dark"


def test_filtering_changes_list_and_address_without_a_new_page(visit, mara, tickets):
    page = visit().sign_in(mara)
    page.evaluate("window.stayed = true")
    page.get_by_label("Search", exact=True).fill("2")
    page.keyboard.press("Enter")

    expect(page.locator("#list .row")).to_have_count(1)
    assert "q=2" in page.url
    assert page.evaluate("window.stayed")


def test_going_back_after_filtering_shows_the_whole_page_again(visit, mara, tickets):
    page = visit().sign_in(mara)
    page.get_by_label("Search", exact=True).fill("2")
    page.keyboard.press("Enter")
    expect(page.locator("#list .row")).to_have_count(1)
    page.go_back()

    expect(page.locator("#list .row")).to_have_count(3)
    expect(page.get_by_role("navigation", name="Recourse")).to_be_visible()
