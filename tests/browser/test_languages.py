"""Every screen in every language: whole sentences of it, nothing wider than its window."""

import re

import pytest
from babel.messages import Catalog
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from playwright.sync_api import expect

from accounts.models import Role, User
from helpdesk.catalogues import catalogue_at
from helpdesk.models import Message, MessageKind
from tests.browser.conftest import with_password
from tests.browser.screens import screens_of_the_workspace
from tests.browser.screens_of_administration import screens_of_people
from tests.factories import make_ticket, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OTHERS = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
#: Names and words that the tests gave: the same whoever reads them. So are addresses and codes.
GIVEN = re.compile(
    r"[@\d]|Home and kitchen|Mara|Noor|Priya|Karen|Recourse|Second coffee maker|Refunds|Tier 1"
    r"|Shopify|Replacement|a new one leaves"
)
#: What people read and hear: text in view, and the words of controls that show a picture.
READS = """() => {
  const said = new Set();
  const add = (words) => words && said.add(words.trim().replace(/\\s+/g, " "));
  const skipped = "script, style, template, pre, time, kbd, del, option, .message-text, [lang]";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); )
    if (!node.parentElement.closest(skipped)) add(node.textContent);
  for (const attribute of ["aria-label", "title", "placeholder"])
    for (const element of document.body.querySelectorAll(`[${attribute}]`))
      add(element.getAttribute(attribute));
  return [...said];
}"""
#: Buttons whose words reach beyond them, and a page that reaches beyond its window.
TOO_WIDE = """() => {
  const beyond = document.body.scrollWidth - document.documentElement.clientWidth;
  const clipped = [...document.querySelectorAll(".button, .tab, .nav-item")].filter(
    (one) => one.offsetWidth && one.scrollWidth > one.clientWidth + 1);
  const words = clipped.map((one) => one.innerText);
  return beyond > 0 ? [`the page by ${beyond} px`, ...words] : words;
}"""


@pytest.fixture(params=OTHERS)
def language(request):
    return request.param


@pytest.fixture
def reader(team):
    """Somebody who sees every screen and every control."""
    return with_password(make_user(Role.ADMIN, team=team, full_name="Noor Haddad"))


@pytest.fixture
def screens(reader, team):
    colleague = make_user(team=team, full_name="Mara Lindqvist")
    return [
        *screens_of_the_workspace(lead=reader, team=team),
        *screens_of_people(admin=reader, lead=colleague, team=team),
    ]


def reads(user, language: str) -> None:
    User.objects.filter(pk=user.pk).update(language=language)


def said_on(page) -> set[str]:
    return {words for words in page.evaluate(READS) if sum(map(str.isalpha, words)) > 3}


def same_in_both(catalogue: Catalog) -> set[str]:
    """Words that the other language says as English does: Team, Status, Ticket."""
    said = set()
    for entry in catalogue:
        said.update([entry.string] if isinstance(entry.string, str) else entry.string)
    return said


def test_every_screen_speaks_the_language_and_fits_its_window(visit, reader, screens, language):
    window = visit(viewport=DESK, reduced_motion="reduce")
    window.sign_in(reader)
    known = same_in_both(catalogue_at(settings.BASE_DIR, language))
    left, wide = {}, {}
    for screen in screens:
        reads(reader, settings.LANGUAGE_CODE)
        english = said_on(window.open(screen.name, *screen.args, query=screen.query))
        reads(reader, language)
        page = window.open(screen.name, *screen.args, query=screen.query)
        expect(page.locator("html")).to_have_attribute("lang", language)
        both = english & said_on(page) - known
        left[str(screen)] = {words for words in both if not GIVEN.search(words)}
        for viewport in PHONE, DESK:
            page.set_viewport_size(viewport)
            wide[f"{screen} at {viewport['width']}"] = page.evaluate(TOO_WIDE)

    assert {screen: words for screen, words in left.items() if words} == {}
    assert {screen: words for screen, words in wide.items() if words} == {}


def test_a_reply_is_sent(visit, reader, team, language):
    ticket = make_ticket(team=team)
    window = visit()
    window.sign_in(reader)
    reads(reader, language)
    page = window.open("helpdesk:ticket", ticket.pk)
    with override(language):
        message, send = _("Message"), _("Send")
    page.get_by_label(message, exact=True).fill("A new one leaves tomorrow.")
    page.get_by_role("button", name=send, exact=False).first.click()

    expect(page.locator('.message[data-kind="agent"]')).to_contain_text("A new one leaves")
    expect(page.get_by_label(message, exact=True)).to_have_value("")
    assert Message.objects.get(kind=MessageKind.PUBLIC_REPLY).author == reader
