"""Mail that came in, mail held back, mail that went out; and foreign formatting made harmless."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from helpdesk.models import InboundState, Message, OutgoingMail, OutgoingState, Ticket
from helpdesk.services.intake import receive_mail
from tests.factories import make_reply, make_ticket, make_user

pytestmark = pytest.mark.django_db

READABLE = (
    b"From: Nadia <nadia@mail.example>\r\nSubject: My parcel\r\n"
    b"Message-ID: <one@mail.example>\r\n\r\nWhere is it?\r\n"
)
WITHOUT_SENDER = b"Subject: Who am I\r\nMessage-ID: <two@mail.example>\r\n\r\n<b>Guess</b>\r\n"
FORMATTED = (
    b"From: Rosa <rosa@mail.example>\r\nSubject: Invoice\r\nMessage-ID: <three@mail.example>\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b'<p>The <b>address</b></p><img src="https://tracker.example/p.gif">'
    b"<script>alert(1)</script>\r\n"
)


def receive(raw):
    return receive_mail(raw, source="pipe", at=timezone.now())


@pytest.fixture
def lead(client):
    user = make_user(Role.TEAM_LEAD)
    client.force_login(user)
    return user


@pytest.fixture
def held():
    mail = receive(WITHOUT_SENDER)
    assert mail.state == InboundState.QUARANTINED
    return mail


def text_of(client, name, *args, **params):
    return client.get(reverse(f"helpdesk:{name}", args=args), params).content.decode()


@pytest.mark.parametrize("name", ["mail_log", "quarantine", "outbox"])
@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.AGENT, 403), (Role.TEAM_LEAD, 200), (Role.COMPLIANCE, 200), (Role.ADMIN, 200)],
)
def test_mail_pages_are_for_those_who_may_see_mail(client, name, role, status):
    client.force_login(make_user(role))

    assert client.get(reverse(f"helpdesk:{name}")).status_code == status


def test_the_log_says_what_became_of_each_mail(client, lead, held):
    receive(READABLE)
    receive(READABLE)

    page = text_of(client, "mail_log")

    assert "Opened a ticket" in page
    assert "Had arrived before" in page
    assert "In quarantine" in page
    assert "Opened a ticket" not in text_of(client, "mail_log", state="quarantined")


def test_the_quarantine_shows_why_and_shows_the_mail_as_harmless_text(client, lead, held):
    page = text_of(client, "inbound", held.pk)

    assert held.reason in page
    assert "&lt;b&gt;Guess&lt;/b&gt;" in page
    assert "<b>Guess</b>" not in page


def test_the_original_bytes_can_be_saved_and_not_shown(client, lead, held):
    response = client.get(reverse("helpdesk:inbound_raw", args=[held.pk]))

    assert response.content == WITHOUT_SENDER
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_ticket_is_made_from_a_held_mail_once_somebody_names_the_sender(client, lead, held):
    address = reverse("helpdesk:make_ticket", args=[held.pk])

    nobody = client.post(address, {"sender": ""})
    nonsense = client.post(address, {"sender": "not an address"})
    named = client.post(address, {"sender": "nadia@mail.example"})

    assert (nobody.status_code, nonsense.status_code) == (422, 422)
    assert named.url == reverse("helpdesk:ticket", args=[Ticket.objects.get().pk])


def test_a_dismissal_needs_a_reason(client, lead, held):
    address = reverse("helpdesk:dismiss_mail", args=[held.pk])

    refused = [client.post(address, {"reason": words}) for words in ("", "no")]
    done = client.post(address, {"reason": "Advertising, nobody waits."})

    assert [response.status_code for response in refused] == [422, 422]
    assert done.status_code == 302
    held.refresh_from_db()
    assert held.state == InboundState.DISMISSED
    assert held.decided_by == lead


def test_a_retry_that_changes_nothing_says_so(client, lead, held):
    page = client.post(reverse("helpdesk:retry_inbound", args=[held.pk]), follow=True)

    assert "It is still in quarantine" in page.content.decode()


@pytest.mark.parametrize("door", ["retry_inbound", "make_ticket", "dismiss_mail"])
def test_compliance_reads_mail_and_decides_nothing(client, held, door):
    client.force_login(make_user(Role.COMPLIANCE))

    response = client.post(
        reverse(f"helpdesk:{door}", args=[held.pk]), {"reason": "long enough", "sender": "a@b.co"}
    )

    assert response.status_code == 403
    held.refresh_from_db()
    assert held.state == InboundState.QUARANTINED


def test_the_outbox_shows_the_full_text_and_sends_again(client):
    client.force_login(make_user(Role.ADMIN))
    message = make_reply(make_ticket(), "A new one leaves tomorrow.")
    mail = OutgoingMail.objects.get(message=message)
    OutgoingMail.objects.filter(pk=mail.pk).update(state=OutgoingState.FAILED, error="550 no")

    page = text_of(client, "outgoing", mail.pk)
    client.post(reverse("helpdesk:resend", args=[mail.pk]))

    assert "A new one leaves tomorrow." in page
    assert "550 no" in page
    mail.refresh_from_db()
    assert mail.state == OutgoingState.QUEUED


def test_a_mail_on_its_way_is_not_sent_again(client):
    client.force_login(make_user(Role.ADMIN))
    mail = OutgoingMail.objects.get(message=make_reply(make_ticket()))

    response = client.post(reverse("helpdesk:resend", args=[mail.pk]))

    assert response.status_code == 422
    assert "nothing to send again" in response.content.decode()


def test_foreign_formatting_runs_nothing_and_asks_nobody_unless_told(client, lead):
    receive(FORMATTED)
    message = Message.objects.get()
    address = reverse("helpdesk:original", args=[message.pk])

    asleep, awake = client.get(address), client.get(address, {"images": "1"})

    assert "<b>address</b>" in asleep.content.decode()
    assert "<script>" not in asleep.content.decode()
    assert ' src="https://tracker.example/p.gif"' not in asleep.content.decode()
    assert ' src="https://tracker.example/p.gif"' in awake.content.decode()
    policy = asleep.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script" not in policy
    assert "https:" not in policy


def test_formatting_of_a_ticket_out_of_sight_is_not_there(client):
    receive(FORMATTED)
    message = Message.objects.get()
    message.ticket.__class__.objects.filter(pk=message.ticket_id).update(team=None)
    client.force_login(make_user(is_active=True))

    assert client.get(reverse("helpdesk:original", args=[message.pk])).status_code == 200
    client.logout()
    assert client.get(reverse("helpdesk:original", args=[message.pk])).status_code == 302
