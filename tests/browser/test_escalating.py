"""A case goes up, comes back, goes up again and ends, as the people at both ends see it."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from escalations.models import Escalation, EscalationState
from helpdesk.services.assignment import claim_ticket
from tests.browser.conftest import with_password
from tests.browser.screens_of_escalations import QUESTIONS
from tests.escalations.contracts import promise
from tests.escalations.making import make_route, make_specialist
from tests.factories import customer_writes, make_team, make_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture
def ticket(team, mara):
    promise(tier=2)
    ticket = make_ticket("Carafe cracked", team=team)
    claim_ticket(ticket.pk, by=mara, at=timezone.now())
    customer_writes(ticket, "The third one, too.", at=timezone.now())
    return ticket


@pytest.fixture
def amara(ticket):
    tier = make_team("Technical", level=2)
    make_route("Broken glass", team=tier, questions=QUESTIONS[:1])
    return with_password(make_specialist(tier, full_name="Amara Obi"))


def test_a_case_goes_up_and_back_and_up_and_ends(visit, ticket, mara, amara):
    agent, specialist = visit(), visit()
    agent.sign_in(mara)
    page = agent.open("helpdesk:ticket", ticket.pk)

    page.keyboard.press("e")
    dialog = page.locator("#escalate-dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Broken glass").check()
    dialog.get_by_label("Reason, the specialist reads it first").fill("Third one of this lot.")
    dialog.get_by_role("button", name="Escalate").click()
    expect(dialog.get_by_text("This must be said: Which lot.")).to_be_visible()
    reason = dialog.get_by_label("Reason, the specialist reads it first")
    expect(reason).to_have_value("Third one of this lot.")
    dialog.get_by_label("Which lot?").fill("unknown")
    dialog.get_by_role("button", name="Escalate").click()
    expect(page.locator(".case-strip")).to_contain_text("Waits to be accepted")

    specialist.sign_in(amara)
    desk = specialist.open("escalations:cases")
    expect(desk.locator(".side")).to_contain_text("Third one of this lot.")
    desk.keyboard.press("t")
    expect(desk.locator("#case-head")).to_contain_text("Carafe cracked")
    desk.get_by_role("link", name="Send back").click()
    box = desk.locator("#case-dialog")
    box.get_by_label("What is missing").fill("The number on the bottom")
    box.get_by_label("Reason, the first agent reads it").fill("Without the lot I cannot look.")
    box.get_by_role("button", name="Send it back").click()
    expect(desk.locator("#toasts")).to_contain_text("Sent back")

    page.reload()
    expect(page.locator(".case-strip")).to_contain_text("The number on the bottom")
    page.locator(".case-strip").get_by_role("link", name="Escalate again").click()
    box = page.locator("#case-dialog")
    box.get_by_label("Which lot?").fill("2611")
    box.get_by_label("What is new").fill("It is lot 2611, she turned it over.")
    box.get_by_role("button", name="Escalate it again").click()
    expect(page.locator(".case-strip")).to_contain_text("Waits to be accepted")

    desk = specialist.open("escalations:cases")
    desk.keyboard.press("a")
    expect(desk.locator("#case-head")).to_contain_text("Carafe cracked")
    expect(desk.locator(".case .facts").last).to_contain_text("2611")
    desk.get_by_role("link", name="Complete").click()
    box = desk.locator("#case-dialog")
    box.get_by_label("How it was solved").fill("Lot 2611 was glued cold: replace from 2619.")
    box.get_by_label("Give the ticket back to those it came from").check()
    box.get_by_role("button", name="Complete").click()
    expect(desk.locator("#toasts")).to_contain_text("Completed")

    page.reload()
    expect(page.locator("#panel-cases")).to_contain_text("Lot 2611 was glued cold")
    page = agent.open("escalations:my_cases")
    expect(page.locator("#my-cases")).to_contain_text("Lot 2611 was glued cold")
    assert Escalation.objects.get().state == EscalationState.COMPLETED


def test_on_a_phone_the_queue_shows_one_thing_at_a_time(visit, ticket, mara, amara):
    phone = visit(**PHONE)
    phone.sign_in(mara)
    page = phone.open("escalations:escalate", ticket.pk)
    page.get_by_label("Broken glass").check()
    page.get_by_label("Which lot?").fill("2611")
    page.get_by_label("Reason, the specialist reads it first").fill("Third one of this lot.")
    page.get_by_role("button", name="Escalate").click()
    expect(page.locator(".case-strip")).to_be_visible()

    phone.context.clear_cookies()
    phone.sign_in(amara)
    page = phone.open("escalations:cases")
    expect(page.locator(".table-wrap")).to_be_visible()
    expect(page.locator(".side")).to_be_hidden()
    page.get_by_role("link", name="Carafe cracked").click()
    expect(page.locator(".side")).to_be_visible()
    expect(page.locator(".table-wrap")).to_be_hidden()
    page.get_by_role("button", name="Accept").click()
    expect(page.locator("#case-head")).to_contain_text("Complete")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
