"""The Swagger page under the product's content policy, with a signed-in reader."""

import pytest

from helpdesk.models import Customer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_page_shows_the_door_to_whoever_asks(visit):
    page = visit().open("api:docs")

    page.locator("#operations-tag-tickets").click()
    page.get_by_text("/api/v1/tickets/{id}/solve/", exact=True).wait_for()
    assert page.locator(".info h1, .info .title").first.inner_text().startswith("Recourse")


def test_an_act_can_be_tried_from_the_page(visit, mara):
    visitor = visit()
    visitor.sign_in(mara)
    page = visitor.open("api:docs")
    page.locator("#operations-tag-customers").click()
    operation = page.locator("#operations-customers-customers_create")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.locator("textarea").fill(
        '{"name": "Karen Whitfield", "identities": [{"kind": "ebay", "value": "karen-w"}]}'
    )
    operation.get_by_role("button", name="Execute").click()

    operation.locator(".live-responses-table .response-col_status", has_text="201").wait_for()
    assert Customer.objects.get().name == "Karen Whitfield"
