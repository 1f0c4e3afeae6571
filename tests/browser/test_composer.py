"""Writing in a real browser: kept on any device, sent with files, taken back with one key."""

import pytest
from playwright.sync_api import expect

from helpdesk.models import Draft, OutgoingMail, OutgoingState
from helpdesk.services.assignment import assign_ticket
from tests.factories import MONDAY, make_ticket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def undo(settings):
    settings.UNDO_SEND_SECONDS = 10


@pytest.fixture
def ticket(mara, team):
    ticket = make_ticket(team=team)
    assign_ticket(ticket.pk, assignee=mara, by=mara, at=MONDAY)
    return ticket


def test_what_is_typed_on_one_device_stands_on_another(visit, mara, ticket):
    desk, phone = visit(), visit(viewport={"width": 390, "height": 844})
    desk.sign_in(mara)
    desk.open("helpdesk:ticket", ticket.pk)
    desk.page.get_by_role("textbox", name="Message").fill("Hello Karen, a tank leaves")
    expect(desk.page.locator("[data-draft-state]")).to_have_text("Draft saved")

    phone.sign_in(mara)
    phone.open("helpdesk:ticket", ticket.pk)

    expect(phone.page.get_by_role("textbox", name="Message")).to_have_value(
        "Hello Karen, a tank leaves"
    )


def test_reply_and_note_keep_their_own_words(visit, mara, ticket):
    desk = visit()
    desk.sign_in(mara)
    page = desk.open("helpdesk:ticket", ticket.pk)
    field = page.get_by_role("textbox", name="Message")
    field.fill("For the customer")
    page.get_by_text("Internal note", exact=True).first.click()
    expect(field).to_have_value("")
    field.fill("For colleagues")
    page.locator(".composer label", has_text="Reply").click()

    expect(field).to_have_value("For the customer")


def test_a_file_goes_ahead_and_leaves_with_the_reply(visit, mara, ticket):
    desk = visit()
    desk.sign_in(mara)
    page = desk.open("helpdesk:ticket", ticket.pk)
    page.set_input_files(
        "#composer-files", [{"name": "label.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}]
    )
    expect(page.locator("[data-file]")).to_contain_text("label.pdf")
    page.get_by_role("textbox", name="Message").fill("See the label")

    page.get_by_role("button", name="Send Ctrl").click()

    expect(page.locator(".message", has_text="See the label")).to_contain_text("label.pdf")
    expect(page.get_by_role("textbox", name="Message")).to_have_value("")
    assert not Draft.objects.exists()


PICTURE = """(target, [event, field]) => {
  const files = new DataTransfer();
  files.items.add(new File(["png"], "crack.png", { type: "image/png" }));
  const options = { bubbles: true, cancelable: true, [field]: files };
  const Kind = event === "paste" ? ClipboardEvent : DragEvent;
  target.dispatchEvent(new Kind(event, options));
}"""


@pytest.mark.parametrize("way", [("paste", "clipboardData"), ("drop", "dataTransfer")])
def test_a_picture_is_pasted_or_dropped_and_shows_how_far_it_is(visit, mara, ticket, way):
    desk = visit()
    desk.sign_in(mara)
    page = desk.open("helpdesk:ticket", ticket.pk)
    held = []
    page.route("**/add-draft-file/", lambda route: held.append(route))
    page.get_by_role("textbox", name="Message").evaluate(PICTURE, way)
    expect(page.get_by_role("progressbar", name="Sending crack.png")).to_be_visible()
    held[0].continue_()

    expect(page.locator("[data-file]")).to_contain_text("crack.png")
    expect(page.get_by_role("progressbar")).to_have_count(0)
    assert Draft.objects.get().files.get().filename == "crack.png"


@pytest.mark.parametrize(
    ("choice", "heading"), [("Open the next ticket", "h2"), ("Go back to the list", "#list-title")]
)
def test_after_sending_comes_what_was_chosen(visit, mara, ticket, team, choice, heading):
    other = make_ticket("Grinder sent with EU plug", team=team)
    assign_ticket(other.pk, assignee=mara, by=mara, at=MONDAY)
    desk = visit()
    desk.sign_in(mara)
    page = desk.open("helpdesk:ticket", ticket.pk)
    page.get_by_role("button", name="Other ways to send").click()
    chosen = page.get_by_role("button", name=choice)
    chosen.click()
    expect(chosen).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    page.get_by_role("textbox", name="Message").fill("A new one leaves tomorrow.")
    page.keyboard.press("Control+Enter")

    place = "#ticket-head h2" if heading == "h2" else heading
    expect(page.locator(place)).to_have_text(other.subject if heading == "h2" else "My open")


def test_a_reply_is_taken_back_with_one_key_and_its_words_are_there_again(
    visit, mara, ticket, undo
):
    desk = visit()
    desk.sign_in(mara)
    page = desk.open("helpdesk:ticket", ticket.pk)
    page.get_by_role("textbox", name="Message").fill("To the wrong customer")
    page.get_by_role("button", name="Send Ctrl").click()
    expect(page.locator("[data-undo]")).to_contain_text("Sending to")
    page.locator("h1").first.evaluate("() => document.activeElement.blur()")

    page.keyboard.press("z")

    expect(page.get_by_role("textbox", name="Message")).to_have_value("To the wrong customer")
    expect(page.locator("#log")).to_contain_text("took a reply back")
    assert OutgoingMail.objects.get().state == OutgoingState.RETRACTED


def test_bold_is_one_key_and_arrives_bold(visit, mara, ticket):
    desk = visit()
    desk.sign_in(mara)
    page = desk.open("helpdesk:ticket", ticket.pk)
    field = page.get_by_role("textbox", name="Message")
    field.fill("unplug it")
    field.press("Control+a")
    field.press("Control+b")
    expect(field).to_have_value("**unplug it**")

    field.press("Control+Enter")

    expect(page.locator(".message strong", has_text="unplug it")).to_be_visible()
