"""What a switch of tickets asks the server for: whoever works down a list does it all day."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.factories import make_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: The bell and the polling have a pace of their own; files are kept by the browser.
APART = ("/changes/", "/count/", "/events/", "/static/")


def open_beside(page, ticket) -> None:
    """Open it from the list, and wait until it was said that somebody is there."""
    with page.expect_response(f"**/tickets/{ticket.pk}/presence/"):
        page.get_by_role("link", name=ticket.subject).click()
    expect(page.locator("#ticket-head h2")).to_have_text(ticket.subject)
    page.wait_for_load_state("networkidle")


def test_another_ticket_costs_its_page_and_one_word_of_where_one_is(visit, mara, team):
    first, second, third = [make_ticket(f"Matter {number}", team=team) for number in range(3)]
    window = visit()
    window.sign_in(mara)
    asked = []
    window.page.on("request", lambda one: asked.append(f"{one.method} {urlsplit(one.url).path}"))
    page = window.open("helpdesk:ticket", first.pk, query="?view=open")
    open_beside(page, second)
    # Counting is for the views that people keep, and there are none.
    assert "GET /api/v1/views/" not in asked

    asked.clear()
    open_beside(page, third)
    assert [one for one in asked if not any(apart in one for apart in APART)] == [
        f"GET /tickets/{third.pk}/",
        f"POST /api/v1/tickets/{third.pk}/presence/",
    ]
