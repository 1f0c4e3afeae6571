import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from helpdesk.models import InboundMail, InboundState, Outcome
from helpdesk.services.intake import receive_mail
from helpdesk.services.quarantine import (
    HasATicket,
    NotInQuarantine,
    ReasonNeeded,
    SenderNeeded,
    dismiss_mail,
    make_ticket_from_mail,
    preview,
    retry_mail,
    words_of,
)
from tests.factories import MONDAY, make_user
from tests.helpdesk.intake.letters import a_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return make_user(Role.TEAM_LEAD)


@pytest.fixture
def unreadable():
    return receive_mail(b"Subject: no sender\r\n\r\nPlease help", source="pipe", at=MONDAY)


def test_a_mail_can_be_filed_again_when_the_reason_is_gone(settings, lead):
    settings.MAIL_MAX_BYTES = 10
    mail = receive_mail(a_mail(), source="pipe", at=MONDAY)
    settings.MAIL_MAX_BYTES = 10_000

    again = retry_mail(mail.pk, by=lead, at=MONDAY)

    assert (again.state, again.outcome) == (InboundState.FILED, Outcome.TICKET_OPENED)
    with pytest.raises(NotInQuarantine):
        retry_mail(mail.pk, by=lead, at=MONDAY)


def test_a_mail_that_still_cannot_be_read_goes_back_with_its_reason(unreadable, lead):
    again = retry_mail(unreadable.pk, by=lead, at=MONDAY)

    assert (again.state, again.reason_code) == (InboundState.QUARANTINED, "no_sender")


def test_a_ticket_can_be_made_of_anything_once_somebody_names_the_sender(unreadable, lead):
    with pytest.raises(SenderNeeded) as refusal:
        make_ticket_from_mail(unreadable.pk, by=lead, at=MONDAY)
    mail = make_ticket_from_mail(unreadable.pk, sender="Kim@mail.example", by=lead, at=MONDAY)

    message = mail.ticket.messages.get()
    assert refusal.value.field == "sender"
    assert (mail.state, mail.decided_by) == (InboundState.FILED, lead)
    assert mail.ticket.identity.value == "kim@mail.example"
    assert "Please help" in message.text
    with message.attachments.get().open() as original:
        assert original.read() == bytes(InboundMail.objects.get(pk=mail.pk).raw)


def test_a_newsletter_that_was_none_can_become_a_ticket(lead):
    mail = receive_mail(a_mail(Precedence="bulk"), source="pipe", at=MONDAY)

    made = make_ticket_from_mail(mail.pk, by=lead, at=MONDAY)

    assert (made.outcome, made.message.is_automatic) == (Outcome.TICKET_OPENED, False)
    with pytest.raises(HasATicket):
        make_ticket_from_mail(mail.pk, by=lead, at=MONDAY)


def test_a_foreign_mail_under_a_used_message_id_can_become_a_ticket_too(lead):
    receive_mail(a_mail(message_id="<one@mail.example>"), source="pipe", at=MONDAY)
    foreign = a_mail(sender="x@mail.example", message_id="<one@mail.example>")
    mail = receive_mail(foreign, source="pipe", at=MONDAY)

    made = make_ticket_from_mail(mail.pk, by=lead, at=MONDAY)

    assert made.ticket.identity.value == "x@mail.example"


def test_a_mail_is_dismissed_with_a_reason_and_its_bytes_stay(unreadable, lead):
    for words in ("", "  no "):
        with pytest.raises(ReasonNeeded):
            dismiss_mail(unreadable.pk, reason=words, by=lead, at=MONDAY)

    dismiss_mail(unreadable.pk, reason="Spam from a scanner", by=lead, at=MONDAY)

    mail = InboundMail.objects.get(pk=unreadable.pk)
    assert (mail.state, mail.decided_by) == (InboundState.DISMISSED, lead)
    assert "Spam from a scanner" in mail.reason
    assert bytes(mail.raw).endswith(b"Please help")
    with pytest.raises(NotInQuarantine):
        dismiss_mail(unreadable.pk, reason="Spam again", by=lead, at=MONDAY)


@pytest.mark.parametrize("role", [Role.AGENT, Role.SPECIALIST, Role.COMPLIANCE])
def test_only_leads_managers_and_administrators_handle_mail(unreadable, role):
    user = make_user(role)

    for act in (
        lambda: retry_mail(unreadable.pk, by=user, at=MONDAY),
        lambda: make_ticket_from_mail(unreadable.pk, sender="a@b.example", by=user, at=MONDAY),
        lambda: dismiss_mail(unreadable.pk, reason="Not needed", by=user, at=MONDAY),
    ):
        with pytest.raises(PermissionDenied):
            act()

    unreadable.refresh_from_db()
    assert unreadable.state == InboundState.QUARANTINED


@pytest.mark.parametrize("raw", [b"", b"\x00\xff\xfe", "Grüße".encode("latin-1")])
def test_any_bytes_can_be_looked_at(raw):
    mail = receive_mail(raw, source="pipe", at=MONDAY)

    kept = InboundMail.objects.get(pk=mail.pk)
    text = preview(kept) + words_of(kept)

    assert "\x00" not in text


def test_the_words_of_a_mail_are_decoded():
    raw = (
        b"From: Elena <elena@mail.example>\r\nSubject: Neue Adresse\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"Bitte =C3=A4ndern Sie die Adre=\r\nsse.\r\n"
    )
    mail = receive_mail(raw, source="pipe", at=MONDAY)

    assert words_of(InboundMail.objects.get(pk=mail.pk)) == "Bitte ändern Sie die Adresse."
