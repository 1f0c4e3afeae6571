"""Another client could be built: what the workspace's scripts call is in the document.

Pages and panels are HTML, rendered from the same services; they are listed here. Everything else
that a script asks for is an operation of docs/openapi.yaml, and no page answers a script with data.
"""

import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from django.conf import settings as django_settings
from django.core.signals import request_started
from django.urls import resolve
from playwright.sync_api import expect

from accounts.models import Role
from helpdesk.models import AfterSending, TicketLook
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.workspace import after_sending_of
from tests.browser.conftest import with_password
from tests.factories import MONDAY, customer_writes, make_note, make_ticket, make_user
from tests.workers import eventually

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DOCUMENT = Path(django_settings.BASE_DIR) / "docs" / "openapi.yaml"
SOON = 30_000
#: What scripts may load as HTML: pages swapped in whole or in part, and what forms answer.
PANELS = {
    "helpdesk:queue",
    "helpdesk:views",
    "helpdesk:ticket",
    "helpdesk:news",
    "helpdesk:message",
    "helpdesk:reply",
    "helpdesk:note",
    "helpdesk:act",
    "helpdesk:notifications",
    "helpdesk:read_notifications",
    "helpdesk:new_saved_view",
}
FETCHED = ("fetch", "xhr", "eventsource")
LEFT = "DELETE /api/v1/tickets/{id}/presence/"
#: What the journey below must have met: a test that clicks past its subject would prove nothing.
MET = {
    "GET /api/v1/changes/",
    "GET /api/v1/notifications/count/",
    "GET /api/v1/palette/",
    "GET /api/v1/presence/",
    "GET /api/v1/saved-views/fields/",
    "GET /api/v1/tickets/{id}/",
    "GET /api/v1/tickets/{ticket}/mentionable/",
    "GET /api/v1/views/",
    LEFT,
    "POST /api/v1/bulk-jobs/",
    "POST /api/v1/events/ticket/",
    "POST /api/v1/messages/{id}/take-back/",
    "POST /api/v1/preferences/",
    "POST /api/v1/saved-views/",
    "POST /api/v1/saved-views/preview/",
    "POST /api/v1/tickets/{id}/add-draft-file/",
    "POST /api/v1/tickets/{id}/change-priority/",
    "POST /api/v1/tickets/{id}/look/",
    "POST /api/v1/tickets/{id}/presence/",
    "POST /api/v1/tickets/{id}/save-draft/",
}


@cache
def documented() -> dict[str, re.Pattern]:
    """Every operation of the document with the addresses it answers."""
    paths = yaml.safe_load(DOCUMENT.read_text())["paths"]
    return {
        f"{method.upper()} {path}": re.compile(
            f"{method.upper()} {re.sub(r'{[a-z_]+}', '[0-9]+', path)}"
        )
        for path, methods in paths.items()
        for method in methods
    }


def operation_of(method: str, path: str) -> str | None:
    met = (name for name, address in documented().items() if address.fullmatch(f"{method} {path}"))
    return next(met, None)


class Calls:
    """What the scripts of a window asked for."""

    def __init__(self, window, origin: str):
        self.origin = origin
        self.met: set[str] = set()
        self.undocumented: list[str] = []
        self.wrong: list[str] = []
        window.context.on("request", self._asked)
        window.context.on("response", self._answered)

    def _asked(self, request) -> None:
        if request.resource_type not in FETCHED:
            return
        url = urlsplit(request.url)
        said = f"{request.method} {request.url}"
        operation = operation_of(request.method, url.path)
        if request.resource_type == "eventsource":
            # Its address is what POST /api/v1/events/ticket/ answered.
            is_known = url.path == "/events/"
        elif url.path.startswith("/api/"):
            is_known = operation is not None
        else:
            is_known = resolve(url.path).view_name in PANELS
        if operation:
            self.met.add(operation)
        is_ours = request.resource_type == "eventsource" or request.url.startswith(self.origin)
        if not (is_known and is_ours):
            self.undocumented.append(said)

    def _answered(self, response) -> None:
        request = response.request
        if request.resource_type not in FETCHED:
            return
        content_type = response.headers.get("content-type", "")
        is_rest = urlsplit(request.url).path.startswith("/api/")
        if response.status >= 500 or ("json" in content_type and not is_rest):
            self.wrong.append(f"{request.method} {request.url}: {response.status} {content_type}")


@pytest.fixture
def heard():
    """What reached the server. A page that is left asks once more, which no window shows."""
    met = set()

    def hear(environ=None, **kwargs):
        if environ:
            met.add(operation_of(environ["REQUEST_METHOD"], environ["PATH_INFO"]))

    request_started.connect(hear)
    yield met
    request_started.disconnect(hear)


@pytest.fixture
def sam(team):
    return with_password(make_user(team=team, full_name="Sam Okafor"))


@pytest.fixture
def tickets(team):
    return [make_ticket(f"Matter {number}", team=team) for number in range(4)]


@pytest.fixture
def lead(team):
    return with_password(make_user(Role.TEAM_LEAD, team=team, full_name="Mara Lindqvist"))


def test_the_workspace_calls_nothing_that_is_not_documented(
    events, visit, live_server, lead, sam, team, tickets, settings, heard
):
    settings.UNDO_SEND_SECONDS = 10
    window = visit(viewport={"width": 1440, "height": 900})
    page = window.sign_in(lead)
    calls = Calls(window, live_server.url)

    build_a_view(page)
    switch_between_tickets(window, page, tickets)
    write_in_many_ways(page, lead)
    act_on_the_ticket(page)
    hear_of_others(page, lead, sam, tickets)
    act_on_several(window, page)
    leave_a_ticket(page, tickets, heard)

    assert calls.undocumented == []
    assert calls.wrong == []
    assert MET - calls.met - ({LEFT} & heard) == set()


def leave_a_ticket(page, tickets, heard) -> None:
    page.goto(f"/tickets/{tickets[0].pk}/")
    with page.expect_response(lambda one: "/presence/" in one.url and one.request.method == "POST"):
        page.keyboard.press("Shift")
    page.goto("about:blank")
    for _ in range(50):
        if LEFT in heard:
            return
        page.wait_for_timeout(100)


def build_a_view(page) -> None:
    page.goto("/tickets/?view=open&priority=normal")
    page.get_by_role("link", name="Save as view").click()
    expect(page.locator("[data-preview]")).to_have_text("4 matching now")
    page.get_by_label("Name").fill("Normal ones")
    page.get_by_role("button", name="Keep the view").click()
    page.wait_for_url("**/tickets/?saved=*")
    expect(page.locator("#list .row")).to_have_count(4)


def switch_between_tickets(window, page, tickets) -> None:
    with page.expect_response(re.compile("/events/.*since")):
        window.open("helpdesk:queue", query="?view=open")
    for ticket in tickets[1], tickets[0]:
        page.get_by_role("link", name=ticket.subject).click()
        expect(page.locator("#ticket-head h2")).to_have_text(ticket.subject)


def write_in_many_ways(page, lead) -> None:
    text = page.get_by_role("textbox", name="Message", exact=True)
    text.fill("To the wrong customer")
    expect(page.locator("[data-draft-state]")).to_have_text("Draft saved")
    label = {"name": "label.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    page.set_input_files("#composer-files", [label])
    expect(page.locator("[data-file]")).to_contain_text("label.pdf")
    page.get_by_role("button", name="Other ways to send").click()
    page.get_by_role("button", name="Stay on the ticket").click()
    expect(page.get_by_role("button", name="Stay on the ticket")).to_have_attribute(
        "aria-pressed", "true"
    )
    eventually(lambda: after_sending_of(lead) == AfterSending.STAY)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Send Ctrl").click()
    expect(page.locator("[data-undo]")).to_contain_text("Sending to")
    page.locator("[data-undo] button").first.click()
    expect(text).to_have_value("To the wrong customer")
    text.fill("")
    page.get_by_text("Internal note", exact=True).first.click()
    text.press_sequentially("Please look, @sa")
    expect(page.locator("#mention-list [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator("a.mention")).to_have_text("@Sam Okafor")


def act_on_the_ticket(page) -> None:
    page.get_by_role("button", name="Take it").click()
    expect(page.locator("#log")).to_contain_text("took the ticket")
    page.locator("#log").click()
    page.keyboard.press("#")
    page.get_by_label("Add a tag").fill("fragile")
    page.keyboard.press("Enter")
    expect(page.locator(".tag")).to_contain_text("fragile")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search or type a command").fill("prio urg")
    expect(page.get_by_role("option", name="Priority Urgent")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#log")).to_contain_text("normal → urgent")


def hear_of_others(page, lead, sam, tickets) -> None:
    here = tickets[0]
    customer_writes(here, "Please forget the tank.")
    expect(page.locator("#log")).to_contain_text("forget the tank", timeout=SOON)
    here.refresh_from_db()
    looks = TicketLook.objects.filter(user=lead, ticket=here, last_event__gte=here.last_event)
    eventually(looks.exists, seconds=30)
    make_note(tickets[2], by=sam)
    assign_ticket(tickets[2].pk, assignee=lead, by=sam, at=MONDAY)
    expect(page.get_by_role("status").filter(has_text="Assigned to you:")).to_be_visible(
        timeout=SOON
    )
    page.locator("[data-bell]").click()
    panel = page.locator("#bell-panel")
    expect(panel).to_contain_text("Sam Okafor assigned the ticket to you")
    panel.get_by_role("button", name="All read").click()
    expect(page.locator("[data-unread-count]")).to_be_hidden()
    page.keyboard.press("Escape")
    page.locator("#log").click()
    page.keyboard.press("s")
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()


def act_on_several(window, page) -> None:
    window.open("helpdesk:queue", query="?view=open&sort=oldest")
    for row in 0, 1:
        page.locator('#list [name="tickets"]').nth(row).click(force=True)
    page.locator("#bulk").get_by_role("button", name="Do it").click()
    expect(page.locator("#bulk [data-report]")).to_contain_text("2 done")


def test_the_document_knows_an_address_only_with_its_method():
    assert operation_of("POST", "/api/v1/tickets/12/look/") == "POST /api/v1/tickets/{id}/look/"
    assert operation_of("GET", "/api/v1/tickets/12/look/") is None
    assert operation_of("GET", "/api/v1/nothing/") is None
    assert json.dumps(sorted(MET - set(documented()))) == "[]"
