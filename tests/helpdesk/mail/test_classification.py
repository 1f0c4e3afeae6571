import pytest

from helpdesk.mail.message import Address, AutomaticKind, KnownSenders
from helpdesk.mail.parsing import parse_mail
from tests.helpdesk.mail.letters import letter, part, parts

KNOWN = KnownSenders(
    own_addresses=frozenset({"support@shop.example"}),
    loop_domain="shop.example",
    relays={"marketplace.amazon.com": "amazon", "members.ebay.com": "ebay"},
)
BUYER = "Ada <x7k2@marketplace.amazon.com>"


def kind(raw: bytes) -> AutomaticKind | None:
    mail = parse_mail(raw, known=KNOWN)
    assert mail.automatic is None or mail.automatic.evidence
    return mail.automatic.kind if mail.automatic else None


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"auto_submitted": "no"},
        {"precedence": "first-class"},
        {"x_auto_response_suppress": "None"},
        {"x_autoreply": "no"},
        {"subject": "Out of office chair is broken"},
        {"subject": "Automatic reply: please call"},
        {"subject": "Undeliverable parcel"},
        {"list_unsubscribe": "<mailto:x@y.example>"},
        {"from": BUYER, "precedence": "bulk"},
        {"from": BUYER, "precedence": "bulk", "list_id": "<buyers>", "return_path": "<>"},
        {"from": BUYER, "auto_submitted": "auto-generated", "x_auto_response_suppress": "All"},
        {"from": "x@sub.members.ebay.com", "precedence": "list"},
        {"precedence": "list", "list_id": "Support <support.shop.example>"},
        {"x_recourse_loop": "other.example"},
        {"from": "support@shop.example", "reply_to": "ada@example.com"},
    ],
)
def test_people_are_taken_for_people(fields):
    assert kind(letter(**fields)) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"auto_submitted": "auto-replied"},
        {"auto_submitted": "auto-replied (vacation); owner-email=x@y.example"},
        {"auto_submitted": "AUTO-GENERATED"},
        {"auto_submitted": "auto-notified; a=b"},
        {"x_autoreply": "yes"},
        {"x_autorespond": "on holiday"},
        {"x_auto_response_suppress": "OOF, AutoReply"},
        {"precedence": "auto_reply"},
        {"return_path": "<>"},
        {"return_path": "<>", "subject": "Automatic reply: Lamp"},
        {"precedence": "bulk", "subject": "=?utf-8?q?Abwesenheit:_Lampe?="},
        {"from": BUYER, "auto_submitted": "auto-replied", "precedence": "bulk"},
        {"from": BUYER, "x_autoreply": "yes"},
    ],
)
def test_answering_machines_are_recognised(fields):
    assert kind(letter(**fields)) == AutomaticKind.AUTO_REPLY


@pytest.mark.parametrize(
    "fields",
    [
        {"precedence": "bulk"},
        {"precedence": "Junk"},
        {"precedence": "list", "list_unsubscribe": "<mailto:x@y.example>"},
        {"list_id": "News <news.other.example>"},
        {"from": "x@marketplace.amazon.com.evil.example", "precedence": "bulk"},
        {"from": "x@notmarketplace.amazon.com", "precedence": "bulk"},
    ],
)
def test_mass_mail_is_recognised(fields):
    assert kind(letter(**fields)) == AutomaticKind.BULK


@pytest.mark.parametrize(
    "fields",
    [
        {"x_recourse_loop": "shop.example"},
        {"x_recourse_loop": "<SHOP.example>", "from": BUYER},
        {"from": "Support@Shop.example"},
        {"from": "support+t1.abcdefghijklmnop@shop.example"},
        {"from": "support@shop.example", "reply_to": "support+t1.x@shop.example"},
    ],
)
def test_our_own_mail_come_back_is_a_loop(fields):
    assert kind(letter(**fields)) == AutomaticKind.LOOP


DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.example>"
ORIGINAL = part("Message-ID: <ours@shop.example>\nSubject: Lamp\n\nHello", "message/rfc822")
TOLD = part("Your message to <ada@example.com> was not delivered.\n550 5.1.1 No such user")


def report(status: str, action: str = "failed", *, original: bytes = ORIGINAL, **fields) -> bytes:
    delivery = part(
        "Reporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; ada@example.com\nAction: {action}\nStatus: {status}\n"
        "Diagnostic-Code: smtp; 550 5.1.1\n <ada@example.com> unknown\n",
        "message/delivery-status",
    )
    return parts(TOLD, delivery, original, kind="report", **({"from": DAEMON} | fields))


def test_who_writes_in_our_name_is_the_one_who_gets_the_answer():
    form = letter(**{"from": "Shop form <support@shop.example>", "reply_to": "ada@example.com"})

    assert parse_mail(form, known=KNOWN).sender == Address("Shop form", "ada@example.com")


def test_a_delivery_report_tells_which_message_did_not_arrive():
    bounce = parse_mail(report("5.1.1", auto_submitted="auto-replied")).bounce

    assert bounce.original_message_id == "<ours@shop.example>"
    assert bounce.failed_recipient == "ada@example.com"
    assert bounce.status == "5.1.1"
    assert bounce.diagnostic == "550 5.1.1 <ada@example.com> unknown"
    assert bounce.is_permanent


@pytest.mark.parametrize(
    ("status", "action", "is_permanent"),
    [("5.2.2", "failed", True), ("4.4.7", "failed", False), ("4.4.1", "delayed", False)],
)
def test_a_later_attempt_may_succeed_where_the_status_says_so(status, action, is_permanent):
    assert parse_mail(report(status, action)).bounce.is_permanent is is_permanent


def test_headers_alone_name_the_original_as_well():
    headers = part("Subject: Lamp\nMessage-ID: <ours@shop.example>", "text/rfc822-headers")

    assert parse_mail(report("5.1.1", original=headers)).bounce.original_message_id == (
        "<ours@shop.example>"
    )


def test_good_news_and_read_receipts_are_no_bounces():
    receipt = parts(TOLD, kind="report; report-type=disposition-notification")

    assert kind(report("2.0.0", "delivered")) == AutomaticKind.AUTO_REPLY
    assert kind(receipt) == AutomaticKind.AUTO_REPLY


@pytest.mark.parametrize(
    "fields",
    [
        {"from": DAEMON, "subject": "Undelivered Mail Returned to Sender"},
        {"from": DAEMON, "subject": "Mail delivery failed: returning message to sender"},
        {"from": "postmaster@mx.example", "subject": "Unzustellbar: Lampe"},
        {"return_path": "<>", "subject": "failure notice"},
        {"x_failed_recipients": "ada@example.com", "auto_submitted": "auto-replied"},
        {"from": "MAILER DAEMON <>", "return_path": "<>", "subject": "Returned mail"},
    ],
)
def test_a_bounce_in_words_is_understood(fields):
    body = (
        "I could not deliver to <ada@example.com>:\n"
        "host mx.example said: 452-4.2.2 mailbox full, version 1.2.3.4\n\n"
        "--- The header of the original message is following.\n"
        "Message-ID: <ours@shop.example>\n"
    )
    mail = parse_mail(letter(body, **fields))

    assert mail.automatic.kind == AutomaticKind.BOUNCE
    assert mail.bounce.original_message_id == "<ours@shop.example>"
    assert mail.bounce.failed_recipient == "ada@example.com"
    assert mail.bounce.status == "4.2.2"
    assert not mail.bounce.is_permanent


def test_a_daemon_without_an_address_is_a_nameable_nobody():
    mail = parse_mail(
        letter(**{"from": "MAILER DAEMON <>"}, return_path="<>", subject="Returned mail")
    )

    assert (mail.sender.name, mail.sender.email) == ("MAILER DAEMON", "")
