"""The doors mail comes in by: a pipe and a mailbox. (HTTP is tested with REST.)"""

import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings

from helpdesk.models import InboundMail, Message, Ticket
from helpdesk.services.mailboxes import Mailbox, poll_all
from tests.factories import MONDAY
from tests.helpdesk.intake.letters import a_mail
from tests.imap_server import running_mailbox
from tests.processes import environment_of_this_test

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def box(settings):
    with running_mailbox() as box:
        settings.IMAP_URLS = [f"imap://support:secret@127.0.0.1:{box.port}/INBOX"]
        yield box


def pipe(raw: bytes, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", "receive_mail"],
        input=raw,
        cwd=django_settings.BASE_DIR,
        env=environment_of_this_test() | environment,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_a_mail_server_can_pipe_a_message_in():
    result = pipe(a_mail("Grüße aus Köln", subject="Wasserkocher"))

    ticket = Ticket.objects.get()
    assert result.returncode == 0, result.stderr
    assert f"ticket {ticket.pk}" in result.stdout.decode()
    assert ticket.messages.get().text == "Grüße aus Köln"


def test_a_message_nobody_can_read_is_accepted_and_said_to_be_in_quarantine():
    result = pipe(b"\xff\xfe\x00")

    assert result.returncode == 0
    assert "quarantine" in result.stdout.decode()
    assert InboundMail.objects.count() == 1


def test_without_a_database_the_mail_server_is_told_to_keep_the_message():
    result = pipe(a_mail(), DATABASE_URL="postgres://nobody@127.0.0.1:1/none")

    assert result.returncode == os.EX_TEMPFAIL


def test_unseen_mail_is_fetched_once_and_marked(box):
    box.put(a_mail(subject="One"))
    box.put(a_mail(subject="Two", sender="luis@mail.example"))

    assert [poll_all(at=MONDAY), poll_all(at=MONDAY)] == [2, 0]

    assert sorted(Ticket.objects.values_list("subject", flat=True)) == ["One", "Two"]
    assert box.seen == {1, 2}
    assert {mail.source for mail in InboundMail.objects.all()} == {"imap"}


def test_a_connection_that_breaks_halfway_loses_and_doubles_nothing(box):
    for number in range(3):
        box.put(a_mail(subject=f"Mail {number}"))
    box.breaks_after = 2

    poll_all(at=MONDAY)
    box.breaks_after = None
    poll_all(at=MONDAY)

    assert Message.objects.count() == 3


def test_a_mailbox_out_of_reach_does_not_stop_the_others(box, settings):
    box.put(a_mail())
    settings.IMAP_URLS = ["imap://a:b@127.0.0.1:1/INBOX", *settings.IMAP_URLS]

    assert poll_all(at=MONDAY) == 1


def test_a_wrong_password_is_logged_without_the_password(box, settings, caplog):
    box.password = "other"

    assert poll_all(at=MONDAY) == 0

    assert "support at 127.0.0.1" in caplog.text
    assert "secret" not in caplog.text


def test_an_address_of_a_mailbox_is_read_with_its_escapes():
    mailbox = Mailbox.parse("imaps://me%40shop.example:p%2Fw@mail.example/Support%2FIn")

    assert (mailbox.user, mailbox.password, mailbox.port, mailbox.folder) == (
        "me@shop.example",
        "p/w",
        993,
        "Support/In",
    )


@pytest.mark.parametrize("url", ["pop3://a:b@c", "imaps://host/INBOX", "imaps://", "nonsense"])
def test_an_address_that_is_none_is_refused_with_an_example(url):
    with pytest.raises(ValueError, match="imaps://user:password@host/INBOX"):
        Mailbox.parse(url)
