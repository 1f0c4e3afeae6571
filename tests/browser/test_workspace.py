"""From ticket to ticket: swapping, Back, keys, palette, panes, phone, and nothing that jumps."""

import re

import pytest
from playwright.sync_api import expect

from helpdesk.keys import shortcuts
from helpdesk.models import Ticket
from helpdesk.services.assignment import claim_ticket
from tests.factories import MONDAY, customer_writes, make_identity, make_team, make_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
WATCH_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture
def tickets(team, mara):
    made = [make_ticket(f"Matter {number}", team=team) for number in range(3)]
    for ticket in made:
        claim_ticket(ticket.pk, by=mara, at=MONDAY)
        customer_writes(ticket, f"More about {ticket.subject}")
    return made


@pytest.fixture
def page(visit, mara, tickets):
    """The first ticket, open beside its list."""
    window = visit()
    window.sign_in(mara)
    page = window.open("helpdesk:ticket", tickets[0].pk)
    page.evaluate("window.stayed = true")
    return page


def shown(page, ticket):
    expect(page.locator("#ticket-head h2")).to_have_text(ticket.subject)
    expect(page.locator("#log")).to_contain_text(f"More about {ticket.subject}")
    expect(page.locator("[data-moves] [aria-current]")).to_have_text(ticket.subject)
    expect(page).to_have_title(re.compile(rf"{ticket.pk} {ticket.subject} · Recourse$"))
    expect(page).to_have_url(re.compile(f"/tickets/{ticket.pk}/"))


def test_another_ticket_opens_in_the_same_page(page, tickets):
    page.get_by_role("link", name="Matter 1").click()
    shown(page, tickets[1])
    assert page.evaluate("window.stayed")
    expect(page.locator("#context")).to_have_count(1)

    page.reload()
    shown(page, tickets[1])


def test_back_and_forward_lead_through_the_tickets(page, tickets):
    page.get_by_role("link", name="Matter 1").click()
    shown(page, tickets[1])
    page.get_by_role("link", name="Matter 2").click()
    shown(page, tickets[2])

    page.go_back()
    shown(page, tickets[1])
    page.go_back()
    shown(page, tickets[0])
    page.go_forward()
    shown(page, tickets[1])


def test_back_swaps_the_conversation_and_leaves_the_list_alone(page, tickets):
    page.get_by_role("link", name="Matter 1").click()
    shown(page, tickets[1])
    page.evaluate("document.getElementById('list').dataset.kept = ''")
    page.go_back()

    shown(page, tickets[0])
    expect(page.locator("#list")).to_have_attribute("data-kept", "")
    expect(page.locator("#context")).to_have_count(1)
    page.reload()
    shown(page, tickets[0])


def test_back_from_another_panel_leaves_what_is_being_written(page):
    page.get_by_role("link", name="Timeline", exact=True).click()
    expect(page.get_by_role("region", name="Timeline")).to_be_visible()
    box = page.get_by_label("Message", exact=True)
    box.fill("Half a sen")
    page.go_back()

    expect(page.get_by_role("region", name="Case")).to_be_visible()
    box.press_sequentially("tence")
    expect(box).to_have_value("Half a sentence")


def test_a_ticket_opens_from_the_queue_and_back_is_the_queue(visit, mara, tickets):
    page = visit().sign_in(mara)
    page.evaluate("window.stayed = true")
    page.get_by_role("link", name="Matter 1").click()
    shown(page, tickets[1])
    assert page.evaluate("window.stayed")
    page.get_by_label("Message", exact=True).fill("works")

    page.go_back()
    expect(page.locator('[data-kind="queue"] .row')).to_have_count(3)


def test_what_was_being_written_is_kept_when_another_ticket_opens(page, tickets):
    page.get_by_label("Message", exact=True).fill("Half a sentence")
    page.get_by_role("link", name="Matter 1").click()
    shown(page, tickets[1])
    expect(page.get_by_label("Message", exact=True)).to_have_value("")
    page.get_by_role("link", name="Matter 0").click()

    expect(page.get_by_label("Message", exact=True)).to_have_value("Half a sentence")


def test_a_ticket_is_worked_by_keys_alone(page, tickets, mara):
    for key in ("j", "o"):
        page.keyboard.press(key)
    shown(page, tickets[1])
    page.keyboard.press("#")
    expect(page.get_by_label("Add a tag")).to_be_focused()
    page.keyboard.type("fragile")
    page.keyboard.press("Enter")
    expect(page.locator(".tag")).to_contain_text("fragile")
    page.keyboard.press("s")
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()

    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url("**/tickets/?view=all")


def test_the_sheet_names_every_key(page):
    page.keyboard.press("?")

    sheet = page.get_by_role("dialog", name="Keys")
    for words in ("Down the list", "Take the ticket", "Solve the ticket", "Unassigned in my teams"):
        expect(sheet.get_by_text(words)).to_be_visible()


SHOWN_KEYS = """() => [
  ...[...document.querySelectorAll("[title]")].map((one) => one.title),
  ...[...document.querySelectorAll("body > .shell kbd")].map((one) => `(${one.textContent})`),
].join()"""


def test_every_key_stands_where_it_works(page, mara, team):
    page.goto(f"/tickets/{make_ticket(team=team).pk}/")
    shown = page.evaluate(SHOWN_KEYS)
    page.goto("/tickets/?view=open")
    shown += page.evaluate(SHOWN_KEYS)

    # Taking back stands on the note that a reply is leaving; the keys of cases on their page.
    elsewhere = {"z", "t", "a"}
    keys = [f"({' '.join(key.caps)})" for key in shortcuts(mara) if key.keys not in elsewhere]
    assert [key for key in keys if key not in shown] == []


def test_the_palette_acts_on_the_open_ticket(page, tickets):
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Search or type a command")
    expect(box).to_be_focused()
    expect(page.get_by_role("option", name="Solve")).to_be_visible()
    box.fill("prio urg")
    option = page.get_by_role("option", name="Priority Urgent")
    expect(option).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    expect(option.locator("mark")).to_have_text(["Prio", "Urg"])
    page.keyboard.press("Enter")

    expect(page.locator("#log")).to_contain_text("normal → urgent")
    assert Ticket.objects.get(pk=tickets[0].pk).priority == 4
    expect(box).to_be_hidden()


def test_the_palette_says_what_was_refused(page, tickets):
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("tag")
    page.get_by_role("combobox").fill("tag fragile")
    expect(page.get_by_role("option", name="Tag fragile")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".tag")).to_contain_text("fragile")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("tag fragile")
    expect(page.get_by_role("option", name="Tag fragile")).to_be_visible()
    page.keyboard.press("Enter")

    expect(page.locator(".toast")).to_contain_text("has the tag “fragile” already")


def test_the_palette_finds_tickets_and_leads_there(page, tickets):
    make_ticket("Smoke <b>detector</b>", identity=make_identity(name="Bo Rauch"))
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("detec")
    option = page.get_by_role("option", name="Smoke <b>detector</b>")
    expect(option.locator("mark").first).to_have_text("detec")
    option.click()

    expect(page.locator("#ticket-head h2")).to_have_text("Smoke <b>detector</b>")


def test_a_search_marks_the_words_and_shows_where_they_stand(visit, mara, tickets):
    customer_writes(tickets[0], "The <b>Wassertänk</b> cracked")
    window = visit()
    window.sign_in(mara)
    page = window.open("helpdesk:queue", query="?view=mine&q=wassertank")

    expect(page.locator(".row-excerpt")).to_have_text("The <b>Wassertänk</b> cracked")
    expect(page.locator(".row-excerpt mark")).to_have_text("Wassertänk")
    page.get_by_label("Search", exact=True).fill("colour:red")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(
        "colour: is not known here; possible: status:"
    )


def test_panes_are_resized_by_keys_and_by_dragging_and_stay_so(page):
    separator = page.get_by_role("separator", name="Width of the list")
    before = int(separator.get_attribute("aria-valuenow"))
    separator.focus()
    page.keyboard.press("ArrowRight")
    expect(separator).to_have_attribute("aria-valuenow", str(before + 16))

    box = separator.bounding_box()
    page.mouse.move(box["x"] + 4, 300)
    page.mouse.down()
    page.mouse.move(box["x"] + 24, 320)
    page.mouse.up()
    expect(separator).to_have_attribute("aria-valuenow", str(before + 36))

    page.reload()
    expect(separator).to_have_attribute("aria-valuenow", str(before + 36))
    width = page.locator('[data-pane="list"]').bounding_box()["width"]
    assert round(width) == before + 36


def test_a_phone_shows_one_pane_at_a_time(visit, mara, tickets):
    window = visit(**PHONE)
    page = window.sign_in(mara)
    panes = page.locator(".pane")
    page.get_by_role("link", name="Matter 1").tap()
    expect(page.locator('[data-pane="conversation"]')).to_be_visible()
    assert sum(pane.is_visible() for pane in panes.all()) == 1
    page.get_by_role("link", name="Customer, order").tap()
    expect(page.locator('[data-pane="context"]')).to_be_visible()
    assert sum(pane.is_visible() for pane in panes.all()) == 1
    page.go_back()
    page.go_back()

    expect(page.locator('[data-pane="list"]')).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("context", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_moves_after_the_first_paint(visit, mara, tickets, context):
    for number in range(30):
        customer_writes(tickets[0], f"{number} " + "word " * 60)
    window = visit(**context)
    window.context.add_init_script(WATCH_SHIFTS)
    window.sign_in(mara)
    for name, args in (("helpdesk:queue", []), ("helpdesk:ticket", [tickets[0].pk])):
        page = window.open(name, *args)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1000)
        assert page.evaluate("window.shifted") < 0.01, name


def test_whoever_may_not_see_a_ticket_any_more_is_led_away_from_it(page, tickets):
    make_team("Somewhere else")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("move somewhere")
    expect(page.get_by_role("option", name="Move to Somewhere else")).to_be_visible()
    page.keyboard.press("Enter")

    page.wait_for_url("**/tickets/")
    expect(page.locator(".toast")).to_contain_text("no longer yours to see")
