"""Every screen passes axe in both themes at both sizes, fits its width and obeys the policy."""

import pytest

from tests.browser.axe import check
from tests.browser.every_screen import EVERY_SCREEN, House
from tests.browser.screens import NOT_SCREENS, names_of_pages
from tests.marketplaces.connected import GATEWAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _a_marketplace_to_connect(settings):
    settings.MARKETPLACE_GATEWAYS = {"shopify": GATEWAY}


@pytest.fixture
def house(team):
    return House(team)


@pytest.fixture
def window(visit):
    """At rest at once, so that no colour is met on its way to another."""
    return visit(reduced_motion="reduce")


def walk(window, screens) -> list[str]:
    wrong = []
    for screen in screens:
        page = window.open(screen.name, *screen.args, query=screen.query)
        if page.locator("details.original").count():
            page.locator("details.original > summary").first.click()
        wrong += [f"{screen}: {words}" for words in check(page)]
    return wrong


@pytest.mark.parametrize("about", EVERY_SCREEN)
def test_every_screen_is_accessible_and_fits(window, house, about):
    group = EVERY_SCREEN[about]
    screens = group.screens(house)
    reader = group.reader(house)
    if reader:
        window.sign_in(reader)

    wrong = walk(window, screens)

    assert wrong == [], "\n".join(w[:230] for w in wrong)


def test_every_address_is_a_screen_that_is_walked_or_is_none(house):
    walked = {screen.name for group in EVERY_SCREEN.values() for screen in group.screens(house)}

    assert walked == names_of_pages() - NOT_SCREENS, "A new address is a screen, or it is not."
