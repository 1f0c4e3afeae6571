from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.composing import OutgoingAttachment, build_reply
from helpdesk.mail.message import Address, AutomaticKind, KnownSenders
from helpdesk.mail.parsing import parse_mail
from tests.helpdesk.mail.letters import bounded

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
REPLY = {
    "sender": Address("Lamp Shop", "support@shop.example"),
    "recipients": [Address("Ada", "ada@example.com")],
    "subject": "Re: Lamp",
    "text": "Hello Ada,\nit is on its way.",
    "message_id": "<one@shop.example>",
    "sent_at": MONDAY,
    "loop_domain": "shop.example",
}
READABLE = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Cn", "Co"])
    | st.sampled_from(list(' ,"<>@()=?;:[]\\éü日')),
    max_size=120,
)


def test_a_reply_carries_everything_that_threads_it():
    message = build_reply(
        **REPLY,
        in_reply_to="<zero@example.com>",
        references=["<first@example.com>"],
        reply_to=Address("Lamp Shop", "support+t7.abc@shop.example"),
        headers={"X-Ticket": "7"},
        is_automatic=True,
    )

    assert message["From"] == "Lamp Shop <support@shop.example>"
    assert message["To"] == "Ada <ada@example.com>"
    assert message["Reply-To"] == "Lamp Shop <support+t7.abc@shop.example>"
    assert message["In-Reply-To"] == "<zero@example.com>"
    assert message["References"] == "<first@example.com> <zero@example.com>"
    assert message["Date"].datetime == MONDAY
    assert message["X-Recourse-Loop"] == "shop.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Ticket"] == "7"


def test_what_a_person_wrote_is_not_called_automatic():
    assert "Auto-Submitted" not in build_reply(**REPLY)


def test_our_own_reply_come_back_is_a_loop():
    known = KnownSenders(loop_domain="shop.example")
    mail = parse_mail(build_reply(**REPLY).as_bytes(), known=known)

    assert mail.automatic.kind == AutomaticKind.LOOP


def test_html_and_files_travel_beside_the_text():
    files = [
        OutgoingAttachment("résumé ☂.pdf", "application/pdf", b"%PDF\x00\xff"),
        OutgoingAttachment("../../mail.eml", "message/rfc822", b"Subject: x\n\ny"),
        OutgoingAttachment("page.html", "text/html", "é".encode()),
    ]
    mail = parse_mail(build_reply(**REPLY, html="<p>Hello</p>", attachments=files).as_bytes())

    assert mail.text == REPLY["text"]
    assert mail.html == "<p>Hello</p>"
    assert [(a.filename, a.content_type, a.content) for a in mail.attachments] == [
        ("résumé ☂.pdf", "application/pdf", b"%PDF\x00\xff"),
        ("mail.eml", "application/octet-stream", b"Subject: x\n\ny"),
        ("page.html", "text/html", "é".encode()),
    ]


@pytest.mark.parametrize(
    "injected",
    [
        {"subject": "Lamp\r\nBcc: all@example.com"},
        {"sender": Address("Shop\r\nBcc: all@example.com", "support@shop.example")},
        {"recipients": [Address("Ada\nBcc: all@example.com\n\nbody", "ada@example.com")]},
        {"headers": {"X-Note": "a\r\nBcc: all@example.com"}},
        {"in_reply_to": "<a@b>\r\nBcc: all@example.com"},
        {"references": ["<a@b>\r\nBcc: all@example.com"]},
        {"loop_domain": "shop.example\r\nBcc: all@example.com"},
        {"attachments": [OutgoingAttachment("a\r\nBcc: all@example.com", "text/csv", b"")]},
    ],
)
def test_no_field_can_add_another(injected):
    raw = build_reply(**(REPLY | injected)).as_bytes()
    lines = [line.lower() for line in raw.splitlines()]

    assert not [line for line in lines if line.startswith(b"bcc:")]
    assert parse_mail(raw).text == REPLY["text"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"recipients": []}, "needs a recipient"),
        ({"recipients": [Address("", "nobody")]}, "'nobody' is not a mail address"),
        ({"sender": Address("", "a@b\r\nBcc: c@d")}, "is not a mail address"),
        ({"recipients": [Address("", "jürgen@example.com")]}, "SMTPUTF8"),
        ({"message_id": ""}, "needs a Message-ID"),
        ({"headers": {"Bcc": "x"}}, "Bcc has its own argument"),
        ({"headers": {"Content-Type": "x"}}, "cannot be set"),
        ({"headers": {"X-A: b\r\nBcc": "x"}}, "cannot be set"),
    ],
)
def test_an_impossible_reply_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        build_reply(**(REPLY | wrong))


@bounded
@given(name=READABLE, subject=READABLE)
def test_names_and_subjects_survive_the_journey(name, subject):
    own = {"sender": Address(name, "shop@shop.example"), "subject": subject}

    raw = build_reply(**REPLY | own).as_bytes()

    mail = parse_mail(raw)
    assert mail.subject == " ".join(subject.split())
    assert mail.sender == Address(" ".join(name.split()), "shop@shop.example")
    assert raw.isascii()


@bounded
@given(st.text(max_size=300), st.integers(1, 20))
def test_any_text_fits_into_mail_lines(text, times):
    raw = build_reply(**REPLY | {"text": text * times, "html": f"<p>{text * times}</p>"}).as_bytes()

    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()
