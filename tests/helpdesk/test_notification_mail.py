"""Notifications leave by mail: many in one, never twice, never to who is away."""

import email
import email.policy
import signal
from datetime import date, timedelta
from functools import partial

import pytest

from accounts.models import Leave, TeamMembership
from helpdesk.models import MailMode, Notification
from helpdesk.services import notifications
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.intake import receive_mail
from helpdesk.services.looks import note_look
from helpdesk.services.notification_mail import (
    FLOOD,
    FLOOD_WINDOW,
    GIVEN_UP_AFTER,
    RETRY_AFTER,
    mail_notifications,
    readers_due,
)
from tests import processes
from tests.concurrency import all_at_once
from tests.factories import MONDAY, make_identity, make_note, make_team, make_ticket, make_user
from tests.mail_server import FALL_SILENT, RECIPIENT

pytestmark = pytest.mark.django_db(transaction=True)
DUE = MONDAY + timedelta(minutes=5)


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def sam(team):
    return make_user(team=team, full_name="Sam Okafor", time_zone="Europe/Berlin")


def assign(to, *, at=MONDAY, subject="Cracked tank"):
    identity = make_identity(name="Karen Whitfield")
    ticket = make_ticket(subject, identity=identity, team=to.teams.first(), at=at)
    by = make_user(full_name="Mara Lindqvist")
    return assign_ticket(ticket.pk, assignee=to, by=by, at=at)


def letter(server, number=0):
    return email.message_from_bytes(server.received[number], policy=email.policy.default)


def test_a_mail_says_who_did_what_where_and_nothing_of_what_was_written(server, sam, settings):
    ticket = assign(sam)

    mail_notifications(sam.pk, at=DUE)

    sent = letter(server)
    assert sent["To"] == sam.email
    assert sent["Subject"] == f"{ticket.pk}: Mara Lindqvist assigned the ticket to you"
    assert sent["Auto-Submitted"] == "auto-generated"
    text = sent.get_body(("plain",)).get_content()
    page = sent.get_body(("html",)).get_content()
    for body in (text, page):
        assert f"{settings.SITE_URL}/tickets/{ticket.pk}/" in body
        assert "Mon 2 Mar, 10:00" in body
        assert "cracked in the same corner" not in body


def test_an_automatic_answer_to_it_opens_no_ticket(server, sam):
    assign(sam)
    mail_notifications(sam.pk, at=DUE)

    assert receive_mail(server.received[0], source="pipe", at=MONDAY).ticket is None


def test_nothing_leaves_before_there_was_time_to_look(server, sam):
    assign(sam)

    early = DUE - timedelta(seconds=1)
    assert readers_due(at=early) == []
    mail_notifications(sam.pk, at=early)

    assert server.received == []
    assert readers_due(at=DUE) == [sam.pk]


def test_what_was_read_is_not_mailed(server, sam):
    ticket = assign(sam)
    note_look(ticket, by=sam, at=MONDAY)

    mail_notifications(sam.pk, at=DUE)

    assert server.received == []


def test_many_due_at_once_are_one_mail(server, sam):
    first, second = assign(sam), assign(sam, subject="No steam")

    mail_notifications(sam.pk, at=DUE)

    assert len(server.received) == 1
    text = letter(server).get_body(("plain",)).get_content()
    assert f"{first.pk} Cracked tank" in text
    assert f"{second.pk} No steam" in text
    assert letter(server)["Subject"] == "News on 2 tickets"


def test_a_flood_becomes_one_mail_when_its_window_ends(server, sam):
    for minute in range(FLOOD + 1):
        assign(sam, at=MONDAY + timedelta(minutes=minute))

    for minute in range(5, 15):
        mail_notifications(sam.pk, at=MONDAY + timedelta(minutes=minute))
    before = len(server.received)
    mail_notifications(sam.pk, at=MONDAY + FLOOD_WINDOW)
    mail_notifications(sam.pk, at=MONDAY + 2 * FLOOD_WINDOW)

    assert before == 0
    assert len(server.received) == 1
    assert letter(server)["Subject"] == f"News on {FLOOD + 1} tickets"


def test_asking_twice_sends_once(server, sam):
    assign(sam)

    mail_notifications(sam.pk, at=DUE)
    mail_notifications(sam.pk, at=DUE)

    assert len(server.received) == 1
    assert readers_due(at=DUE) == []


def test_of_six_workers_at_once_one_sends(server, sam):
    assign(sam)

    all_at_once([partial(mail_notifications, sam.pk, at=DUE)] * 6)

    assert len(server.received) == 1


def test_who_is_away_gets_no_mail_until_the_return(server, sam):
    Leave.objects.create(user=sam, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 3))
    assign(sam)

    mail_notifications(sam.pk, at=DUE)

    assert server.received == []
    assert Notification.objects.get().mail_due_at.isoformat() == "2026-03-04T08:00:00+00:00"


def test_who_went_away_meanwhile_gets_it_after_the_return(server, sam):
    assign(sam)
    Leave.objects.create(user=sam, starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 2))

    mail_notifications(sam.pk, at=DUE)
    mail_notifications(sam.pk, at=MONDAY + timedelta(hours=23))

    assert server.received[1:] == []
    assert letter(server)["To"] == sam.email


def test_of_what_may_no_longer_be_seen_no_mail_tells(server, sam):
    ticket = assign(sam)
    TeamMembership.objects.all().delete()
    ticket.assignee = None
    ticket.save(update_fields=["assignee"])

    mail_notifications(sam.pk, at=DUE)

    assert server.received == []
    assert readers_due(at=DUE) == []


@pytest.mark.parametrize("answer", ["451 later", "554 no", f"{RECIPIENT}550 no such user"])
def test_what_was_refused_is_tried_later_until_nobody_wants_it(server, sam, answer):
    assign(sam)
    server.script = [answer, answer]

    mail_notifications(sam.pk, at=DUE)
    line = Notification.objects.get()
    mail_notifications(sam.pk, at=DUE + GIVEN_UP_AFTER)

    assert (line.mailed_at, line.mail_due_at) == (None, DUE + RETRY_AFTER)
    assert Notification.objects.get().mail_due_at is None
    assert server.received == []


def test_a_server_that_is_not_there_is_asked_again_later(server, sam, settings):
    assign(sam)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    mail_notifications(sam.pk, at=DUE)
    settings.EMAIL_PORT = port

    mail_notifications(sam.pk, at=DUE + RETRY_AFTER)

    assert len(server.received) == 1


def test_silence_after_the_body_is_never_repeated(server, sam):
    assign(sam)
    server.script = [FALL_SILENT]

    mail_notifications(sam.pk, at=DUE)
    mail_notifications(sam.pk, at=DUE + timedelta(hours=1))

    assert len(server.received) == 1


def test_a_worker_killed_while_it_hands_over_does_not_send_twice(server, sam):
    assign(sam)
    worker = processes.start(
        f"""
from datetime import datetime, UTC
from helpdesk.services.notification_mail import mail_notifications
mail_notifications({sam.pk}, at=datetime(2026, 3, 2, 9, 5, tzinfo=UTC))
""",
        EMAIL_URL=f"smtp://127.0.0.1:{server.port}",
    )
    server.when_body_is_there = lambda: worker.send_signal(signal.SIGKILL)

    assert worker.wait(timeout=30) == -signal.SIGKILL, worker.stderr.read()
    server.when_body_is_there = lambda: None
    mail_notifications(sam.pk, at=DUE + timedelta(days=1))

    assert len(server.received) == 1


def test_the_reader_chooses_the_language(server, team):
    reader = make_user(team=team, full_name="Jonas Richter", language="de")
    assign(reader)

    mail_notifications(reader.pk, at=DUE)

    page = letter(server).get_body(("html",)).get_content()
    assert '<html lang="de">' in page
    assert "Mo 2. Mär, 10:00" in page or "Mo 2. Mär, 09:00" in page


def test_a_kind_that_is_never_mailed_is_not(server, sam):
    notifications.choose(sam, kind="mentioned", by_bell=True, by_mail=MailMode.NEVER)
    make_note(make_ticket(), "@Sam Okafor", by=make_user())

    assert Notification.objects.get().mail_due_at is None


def test_a_subject_cannot_smuggle_headers(server, sam):
    assign(sam, subject="Tank\r\nBcc: all@evil.example")

    mail_notifications(sam.pk, at=DUE)

    assert letter(server)["Bcc"] is None
