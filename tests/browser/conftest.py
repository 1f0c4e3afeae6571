"""The system's Chromium, if there is one. Nothing is downloaded."""

import os
import shutil
from threading import Event

import pytest
from django.db import connection
from django.urls import reverse
from playwright.sync_api import sync_playwright

from helpdesk.live.names import origin_elsewhere
from tests.events import running_event_server
from tests.factories import PASSWORD, make_team, make_user

CHROMIUM = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)
FLAGS = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Playwright runs a loop in this thread; the tests still talk to the database from it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM:
        pytest.skip("No Chromium on this machine (Debian: apt install chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """Somebody at a browser window."""

    def __init__(self, browser, base: str, **context):
        self.context = browser.new_context(base_url=base, **context)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _listen(self, message):
        is_refusal = "status of 4" in message.text
        if message.type == "error" and not is_refusal:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def open(self, name: str, *args, query: str = ""):
        self.page.goto(reverse(name, args=args) + query)
        return self.page

    def sign_in(self, user):
        page = self.open("accounts:login")
        page.get_by_label("E-mail").fill(user.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/tickets/**")
        return page


@pytest.fixture
def visit(chromium, live_server):
    """Open a window: ``visit(java_script_enabled=False)``. Complaints of the browser fail."""
    visitors = []

    def new_window(**context):
        visitors.append(Visitor(chromium, live_server.url, **context))
        return visitors[-1]

    yield new_window
    for visitor in visitors:
        # Leaving a page sends what it still owes (a draft, a farewell), before the window closes.
        if not visitor.page.is_closed():
            visitor.page.goto("about:blank")
        visitor.context.close()
    wait_until_the_server_is_quiet()
    assert [visitor.complaints for visitor in visitors] == [[] for _ in visitors]


def wait_until_the_server_is_quiet(*, looks: int = 3) -> None:
    """Return once nobody else works in the database: emptying it would meet their locks."""
    quiet = 0
    with connection.cursor() as cursor:
        for _ in range(100):
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            quiet = 0 if cursor.fetchone()[0] else quiet + 1
            if quiet == looks:
                return
            Event().wait(0.05)


@pytest.fixture
def events(live_server, settings):
    """An event server beside the pages, on a port of its own as under `make run`."""
    settings.SITE_URL = live_server.url
    with running_event_server(SITE_URL=live_server.url) as server:
        settings.EVENTS_URL = f"http://localhost:{server.port}/events/"
        policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        sources = [*policy["connect-src"], *origin_elsewhere(settings.EVENTS_URL)]
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy | {"connect-src": sources}}
        yield server


@pytest.fixture
def team(transactional_db):
    return make_team("Home and kitchen")


@pytest.fixture
def mara(team):
    return with_password(make_user(team=team, full_name="Mara Lindqvist"))


def with_password(user):
    user.set_password(PASSWORD)
    user.save()
    return user
