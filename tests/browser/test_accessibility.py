"""Every screen passes axe in both themes at both sizes, fits its width and obeys the policy."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from accounts.models import Role
from tests.browser.conftest import with_password
from tests.browser.screens import (
    NOT_SCREENS,
    make_busy_ticket,
    names_of_pages,
    screens_of_clocks,
    screens_of_the_workspace,
    screens_without_a_session,
)
from tests.browser.screens_of_administration import (
    screens_of_people,
    screens_of_policies,
    screens_of_routes,
    screens_of_webhooks,
)
from tests.browser.screens_of_escalations import screens_of_escalations
from tests.browser.screens_of_inquiries import screens_of_inquiries
from tests.browser.screens_of_investigations import screens_of_investigations
from tests.escalations.making import make_clock
from tests.factories import customer_writes, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
#: Without preload the checker writes no styles into the page, which the policy would refuse.
RULES = {
    "resultTypes": ["violations"],
    "preload": False,
    "rules": {"target-size": {"enabled": True}},
}
#: A theme changes colours and nothing else.
RULES_OF_COLOUR = RULES | {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "rules": {}}


@pytest.fixture
def lead(team):
    return with_password(make_user(Role.TEAM_LEAD, team=team, full_name="Priya Raman"))


@pytest.fixture
def admin(team):
    return with_password(make_user(Role.ADMIN, team=team, full_name="Noor Haddad"))


@pytest.fixture
def window(visit):
    """At rest at once, so that no colour is met on its way to another."""
    return visit(reduced_motion="reduce")


def check(page) -> list[str]:
    """Return what is wrong with a page, in words: each theme at each size, loaded once."""
    wrong = []
    axe = Axe()
    page.evaluate(axe.axe_script)
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        for theme, rules in ("light", RULES), ("dark", RULES_OF_COLOUR):
            page.emulate_media(color_scheme=theme)
            found = page.evaluate("(rules) => axe.run(rules)", rules)["violations"]
            wrong += [
                f"{size}, {theme}: {violation['id']}: {node['target']} {node['failureSummary']}"
                for violation in found
                for node in violation["nodes"]
            ]
        too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if too_wide > 0:
            wrong.append(f"{size}: {too_wide} px wider than the window")
    page.set_viewport_size(SIZES["desk"])
    return wrong


def walk(window, screens) -> list[str]:
    wrong = []
    for screen in screens:
        page = window.open(screen.name, *screen.args, query=screen.query)
        if page.locator("details.original").count():
            page.locator("details.original > summary").first.click()
        wrong += [f"{screen}: {words}" for words in check(page)]
    return wrong


def test_every_screen_is_accessible_and_fits(window, lead, admin, team):
    outside = screens_without_a_session(admin=admin, lead=lead)
    inside = screens_of_the_workspace(lead=lead, team=team)
    of_people = screens_of_people(admin=admin, lead=lead, team=team)
    of_people += screens_of_policies(admin=admin, team=team)
    of_people += screens_of_routes(team=team)
    of_people += screens_of_clocks(team=team)
    of_people += screens_of_investigations(admin=admin, team=team)
    of_people += screens_of_webhooks(admin=admin)
    of_people += screens_of_escalations(admin=admin, team=team)
    of_inquiries = screens_of_inquiries(lead=lead, team=team)
    outside, inside, of_people = (
        [*one, *more] for one, more in zip((outside, inside, of_people), of_inquiries, strict=True)
    )
    walked = {screen.name for screen in (*outside, *inside, *of_people)}
    assert walked == names_of_pages() - NOT_SCREENS, "A new address is a screen, or it is not."

    wrong = walk(window, outside)
    window.sign_in(lead)
    wrong += walk(window, inside)
    window.context.clear_cookies()
    window.sign_in(admin)
    wrong += walk(window, of_people)

    assert wrong == [], "\n".join(w[:230] for w in wrong)


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


def test_the_screens_of_webhooks_are_accessible_by_themselves(window, admin):
    window.sign_in(admin)

    assert walk(window, screens_of_webhooks(admin=admin)) == []


def test_the_screens_of_escalations_are_accessible_by_themselves(window, admin, team):
    screens = screens_of_escalations(admin=admin, team=team)
    window.sign_in(admin)

    assert walk(window, screens) == []
