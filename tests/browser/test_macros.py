"""Macros at the keyboard."""

import pytest
from playwright.sync_api import expect

from accounts.models import Role
from tests.factories import make_ticket, make_user
from tests.policies.making import make_macro

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_m_inserts_a_macro_where_the_caret_is(visit, mara):
    ticket = make_ticket(team=mara.teams.get())
    make_macro("Replacement", "Hello {name}, a new one leaves.", by=make_user(Role.TEAM_LEAD))
    window = visit()
    window.sign_in(mara)
    page = window.open("helpdesk:ticket", ticket.pk)
    box = page.get_by_label("Message", exact=True)
    box.fill("Dear customer. ")
    page.locator("#log").click()

    page.keyboard.press("m")
    expect(page.get_by_role("option", name="Replacement")).to_be_visible()
    page.keyboard.press("Enter")

    expect(box).to_have_value("Dear customer. Hello Karen Whitfield, a new one leaves.")
    expect(box).to_be_focused()
