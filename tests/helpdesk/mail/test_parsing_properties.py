"""No bytes raise anything but UnreadableMail, and what comes out can be stored."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.filenames import NAME_CHARS
from helpdesk.mail.message import MailLimits, ParsedMail, UnreadableMail
from helpdesk.mail.parsing import parse_mail
from tests.helpdesk.mail.letters import CORPUS, WITHOUT_CORPUS, bounded, letter, part, parts

LIMITS = MailLimits(parts=20, depth=5, attachments=5, attachment_bytes=500, text_chars=2000)
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

FIELDS = st.sampled_from(
    [b"From", b"To", b"Subject", b"Date", b"Message-ID", b"References", b"In-Reply-To"]
    + [b"Content-Type", b"Content-Transfer-Encoding", b"Content-Disposition", b"Content-ID"]
    + [b"Return-Path", b"Auto-Submitted", b"Precedence", b"List-Id", b"Reply-To", b"X", b"", b" "]
)
FRAGMENTS = st.sampled_from(
    [b"=?utf-8?B?", b"=?x?q?=00?=", b"?=", b"<", b">", b'"', b"(", b"\\", b";", b",", b"@", b"\n "]
    + [b"multipart/mixed; boundary=b", b"multipart/report", b"message/rfc822", b"text/html"]
    + [b"message/delivery-status", b"charset=", b"utf-7", b"utf-16", b"idna", b"punycode", b"hz"]
    + [b"filename*0*=utf-8''%", b"name=", b"base64", b"quoted-printable", b"x-uuencode"]
    + [b"a@example.com", b"1 Jan 2026 00:00:00 +9999", b"\xff\xfe", b"\xed\xa0\x80", b"\0"]
    + [b"\n--b\n", b"\n--b--\n", b"\n\n", b"\r", b"<img src=", b"<!--", b"&#9999999999;", b"%zz"]
    + [b"begin 644 x\n", b"> ", b"On 1 a@b wrote:\n", b"-- \n"]
)
SOUP = st.lists(FRAGMENTS | st.binary(max_size=4), max_size=12).map(b"".join)
LINES = st.tuples(FIELDS, SOUP).map(lambda line: line[0] + b": " + line[1])

HOSTS = [
    letter("Hi\n> quoted\n", subject="=?utf-8?q?Caf=C3=A9?=", date="Mon, 2 Mar 2026 10:00 +0100"),
    parts(part("Hi"), part("<p>Hi<img src=cid:a></p>", "text/html"), kind="alternative"),
    parts(
        part("gone", "text/plain"),
        part("Action: failed\nFinal-Recipient: rfc822; a@b.example", "message/delivery-status"),
        part("Message-ID: <a@b>\n\nx", "message/rfc822"),
        kind="report",
    ),
]


def read(raw: bytes) -> ParsedMail | None:
    try:
        return parse_mail(raw, limits=LIMITS)
    except UnreadableMail as refusal:
        assert refusal.code and refusal.reason
        return None


def assert_storable(mail: ParsedMail | None) -> None:
    if mail is None:
        return
    people = [mail.sender, *([mail.reply_to] if mail.reply_to else []), *mail.recipients]
    lines = [
        *(mail.subject, mail.message_id, mail.in_reply_to, *mail.references, *mail.defects),
        *(text for person in people for text in (person.name, person.email)),
        *(text for file in mail.attachments for text in (file.filename, file.content_type)),
        *(file.content_id for file in mail.attachments),
    ]
    assert not UNSTORABLE.search("".join([*lines, mail.text, mail.quoted_text, mail.html]))
    assert not [line for line in lines if "\n" in line or "\r" in line]
    assert len(mail.subject) <= 250
    assert len(mail.text) <= LIMITS.text_chars
    names = [file.filename for file in mail.attachments]
    assert all(0 < len(name) <= NAME_CHARS for name in names)
    assert len({name.casefold() for name in names}) == len(names)


@bounded
@given(st.binary(max_size=2000))
def test_random_bytes_are_read_or_refused(raw):
    assert_storable(read(raw))


@bounded
@given(st.lists(LINES, max_size=12), SOUP)
def test_header_soup_is_read_or_refused(lines, body):
    raw = b"\n".join([b"From: a@example.com", *lines, b"", body])

    assert_storable(read(raw))


@bounded
@given(st.data())
def test_a_mutated_message_is_read_or_refused(data):
    assert_storable(read(mutated(data, data.draw(st.sampled_from(HOSTS)))))


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason=WITHOUT_CORPUS)
def test_a_mutated_real_message_is_read_or_refused():
    originals = [path.read_bytes()[:8000] for path in sorted(CORPUS.glob("*/*.*"))]

    @bounded
    @given(st.data())
    def check(data):
        assert_storable(read(mutated(data, data.draw(st.sampled_from(originals)))))

    check()


def mutated(data: st.DataObject, raw: bytes) -> bytes:
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(raw)))
        end = min(len(raw), start + data.draw(st.integers(0, 20)))
        raw = raw[:start] + data.draw(SOUP) + raw[end:]
    return raw
