"""Every screen passes axe in both themes at both sizes, fits its width and obeys the policy."""

from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from accounts.models import Role
from helpdesk.models import OutgoingMail, OutgoingState
from helpdesk.services.bulk import start_bulk_job
from helpdesk.services.identities import link_identity
from helpdesk.services.intake import receive_mail
from helpdesk.services.linking import follow_ticket, link_ticket
from helpdesk.services.saved_views import save_view
from helpdesk.services.triage import add_tag
from tests.browser.conftest import with_password
from tests.factories import (
    MONDAY,
    customer_writes,
    make_identity,
    make_note,
    make_reply,
    make_ticket,
    make_user,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FORMATTED = (
    b"From: Rosa <rosa@mail.example>\r\nSubject: Invoice\r\nMessage-ID: <a@mail.example>\r\n"
    b"Content-Type: text/html\r\n\r\n<p>The <b>address</b> is wrong.</p>"
    b'<img src="https://tracker.example/p.gif">\r\n'
)
SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture
def lead(team):
    return with_password(make_user(Role.TEAM_LEAD, team=team, full_name="Priya Raman"))


@pytest.fixture
def busy_ticket(team, lead):
    """A ticket with every kind of message, every state of delivery and every panel."""
    ticket = make_ticket(team=team)
    for state in OutgoingState.values:
        message = make_reply(ticket, f"Reply that is {state}.", by=lead)
        OutgoingMail.objects.filter(message=message).update(
            state=state, sent_at=MONDAY, claimed_at=MONDAY, error="550 no such mailbox"
        )
    make_note(ticket, "Lot 2611 again.", by=lead)
    make_note(ticket, "Is this known, @Priya Raman?", by=make_user())
    link_identity(
        make_identity("pw@mail.example").pk,
        to=ticket.requester_id,
        evidence="same telephone",
        confidence=Decimal("0.30"),
        by=lead,
        at=MONDAY,
    )
    customer_writes(ticket, "Please forget the tank.")
    add_tag(ticket.pk, name="lot 2611", by=lead, at=MONDAY)
    follow_ticket(ticket.pk, by=lead, at=MONDAY)
    link_ticket(ticket.pk, to=make_ticket(team=team).pk, by=lead, at=MONDAY)
    return ticket


@pytest.fixture
def screens(busy_ticket, lead):
    """Name, arguments and query of every screen."""
    held = receive_mail(b"Subject: Who am I\r\n\r\nGuess", source="pipe", at=timezone.now())
    formatted = receive_mail(FORMATTED, source="pipe", at=timezone.now())
    number = busy_ticket.pk
    tree = {"any": [{"field": "status", "operator": "in", "value": ["new", "open"]}]}
    view = save_view(name="Open", conditions=tree, by=lead, at=MONDAY)
    job = start_bulk_job(act="untag", arguments={"tag": "x"}, tickets=[number], by=lead, at=MONDAY)
    return [
        ("helpdesk:queue", [], "?view=open"),
        ("helpdesk:queue", [], ""),
        ("helpdesk:queue", [], "?view=open&show=filters&q=nothing-like-it"),
        ("helpdesk:ticket", [number], ""),
        ("helpdesk:ticket", [number], "?tab=case"),
        ("helpdesk:ticket", [number], "?tab=history"),
        ("helpdesk:ticket", [number], "?tab=timeline"),
        ("helpdesk:ticket", [formatted.ticket_id], ""),
        ("helpdesk:details", [number], ""),
        ("helpdesk:merge", [number], f"?into={formatted.ticket_id}"),
        ("helpdesk:split", [number], ""),
        ("helpdesk:new_ticket", [], ""),
        ("helpdesk:new_saved_view", [], "?view=mine&priority=urgent"),
        ("helpdesk:saved_view", [view.pk], ""),
        ("helpdesk:queue", [], f"?saved={view.pk}"),
        ("helpdesk:bulk_job", [job.pk], ""),
        ("helpdesk:customers", [], ""),
        ("helpdesk:customer", [busy_ticket.requester_id], ""),
        ("helpdesk:notifications", [], ""),
        ("helpdesk:notification_preferences", [], ""),
        ("helpdesk:mail_log", [], ""),
        ("helpdesk:quarantine", [], ""),
        ("helpdesk:inbound", [held.pk], ""),
        ("helpdesk:outbox", [], ""),
        ("helpdesk:outgoing", [OutgoingMail.objects.first().pk], ""),
        ("accounts:profile", [], ""),
        ("accounts:password", [], ""),
        ("helpdesk:ticket", [999_999], ""),
    ]


PUBLIC = [("accounts:login", [], ""), ("accounts:reset", [], ""), ("accounts:reset_sent", [], "")]


def check(window, name, args, query):
    """Return what is wrong with a screen, in words."""
    page = window.open(name, *args, query=query)
    if page.locator("details.original").count():
        page.locator("details.original > summary").first.click()
    # Without preload the checker writes no styles into the page, which the policy would refuse.
    results = Axe().run(page, options={"resultTypes": ["violations"], "preload": False})
    wrong = [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]
    too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if too_wide > 0:
        wrong.append(f"{too_wide} px wider than the window")
    return [f"{name}{query}: {words}" for words in wrong]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_every_screen_is_accessible_and_fits(visit, lead, screens, size, theme):
    window = visit(viewport=SIZES[size], color_scheme=theme)
    wrong = [words for screen in PUBLIC for words in check(window, *screen)]
    window.sign_in(lead)
    wrong += [words for screen in screens for words in check(window, *screen)]

    assert wrong == []
