"""A message is read from its bytes: sender, date, subject and text, whatever was declared."""

from datetime import UTC, datetime

import pytest

from helpdesk.mail.message import Address, MailLimits, UnreadableMail
from helpdesk.mail.parsing import parse_mail
from tests.helpdesk.mail.letters import letter, parts


def test_a_plain_letter_is_read_whole():
    mail = parse_mail(
        letter(
            "The lamp is broken.\n",
            subject="Broken lamp",
            date="Mon, 2 Mar 2026 10:00:00 +0100",
            message_id="<one@example.com>",
            in_reply_to="<zero@shop.example>",
            references="<first@shop.example>\n <zero@shop.example>",
            reply_to="ada@work.example",
            cc="Bob <BOB@Example.com>",
            delivered_to="support+t1.abc@shop.example",
        )
    )

    assert mail.message_id == "<one@example.com>"
    assert mail.in_reply_to == "<zero@shop.example>"
    assert mail.references == ("<first@shop.example>", "<zero@shop.example>")
    assert mail.sender == Address("Ada", "ada@example.com")
    assert mail.reply_to == Address("", "ada@work.example")
    assert [r.email for r in mail.recipients] == [
        "support@shop.example",
        "bob@example.com",
        "support+t1.abc@shop.example",
    ]
    assert mail.subject == "Broken lamp"
    assert mail.sent_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert mail.text == "The lamp is broken."
    assert (mail.html, mail.quoted_text, mail.attachments, mail.defects) == ("", "", (), ())
    assert (mail.automatic, mail.bounce, mail.is_encrypted) == (None, None, False)


def test_the_same_bytes_are_the_same_message():
    raw = letter("No Message-ID here")

    assert parse_mail(raw) == parse_mail(raw)
    assert parse_mail(raw).message_id.endswith("@no-message-id.invalid>")
    assert parse_mail(raw).message_id != parse_mail(raw + b"!").message_id


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty"),
        (b"\r\n \r\n\0\0", "empty"),
        (letter("x" * 500), "too_large"),
        (parts(*["\n"] * 9), "too_many_parts"),
        (b"Subject: Hello\n\nWho am I?", "no_sender"),
        (letter(**{"from": "nobody"}), "no_sender"),
        (letter(**{"from": "John <>"}), "no_sender"),
    ],
)
def test_what_cannot_be_a_message_is_refused_with_a_code(raw, code):
    limits = MailLimits(message_bytes=400, parts=8)

    with pytest.raises(UnreadableMail) as refusal:
        parse_mail(raw, limits=limits)

    assert refusal.value.code == code
    assert refusal.value.reason.endswith(".")


def test_parts_nested_too_deeply_are_refused():
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(12)
    )

    with pytest.raises(UnreadableMail, match="more than 10 deep"):
        parse_mail(b"From: a@example.com\n" + nested)


@pytest.mark.parametrize("field", ["sender", "reply_to", "return_path"])
def test_without_from_another_field_names_the_sender(field):
    assert parse_mail(letter(**{"from": "", field: "<eve@example.com>"})).sender.email == (
        "eve@example.com"
    )


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "Mon, 2 Mar 1889 10:00:00 +0000",
        "Mon, 2 Mar 9999 10:00:00 -2359",
        "2 Mar 2026 10:00:00 +9999999",
        "99999999999999999999999999",
        "Mon, 32 Mar 2026 10:00:00 +0000",
    ],
)
def test_an_absurd_date_is_no_date(date):
    assert parse_mail(letter(date=date)).sent_at is None


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        ("=?utf-8?B?VGVzdG92w6Fjw60gZW1haWw=?=", "Testovácí email"),
        ("=?iso-8859-1?q?Caf=E9?= open", "Café open"),
        ("=?UTF-8?Q?zm=c4=9bna_vyhodnocen?=\n =?UTF-8?B?w60=?=", "změna vyhodnocení"),
        ("=?utf-8?Q?gr=C3?= =?utf-8?Q?=BC=C3=9Fe?=", "grüße"),
        ("=?utf-8?B?VGVzdG92\n w6Fjw60=?=", "Testovácí"),
        ("pre=?utf-8?q?f=C3=BC?=fix", "prefüfix"),
        ("=?no-such-charset?q?caf=C3=A9?=", "café"),
        ("=?utf-8?B?broken", "=?utf-8?B?broken"),
        ("=?utf-8?Q?broken=ZZ?=", "broken=ZZ"),
        ("Ärger mit Gerät".encode(), "Ärger mit Gerät"),
        ("Ärger mit Gerät".encode("latin-1"), "Ärger mit Gerät"),
        ("folded\n\tin the middle", "folded in the middle"),
        ("=?utf-8?q?Hello=0D=0ABcc:_all@example.com?=", "Hello Bcc: all@example.com"),
        ("nul=?utf-8?q?=00?=\x00 \x07bell \u202egpj", "nul bell gpj"),
        ("x" * 400, "x" * 250),
        ("", ""),
    ],
)
def test_subjects_are_decoded_to_one_clean_line(raw, subject):
    assert parse_mail(letter(subject=raw)).subject == subject


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        ("Grüße".encode(), "utf-8", "Grüße"),
        ("Grüße".encode("latin-1"), "iso-8859-1", "Grüße"),
        ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
        ("Grüße".encode(), "us-ascii", "Grüße"),
        ("Grüße".encode(), "iso-8859-1", "Grüße"),
        ("Grüße".encode(), "", "Grüße"),
        ("Grüße".encode(), "no-such-charset", "Grüße"),
        ("“€”".encode("cp1252"), "iso-8859-1", "“€”"),
        ("Привет".encode("koi8-r"), "koi8-r", "Привет"),
        ("こんにちは".encode("iso2022_jp"), "iso-2022-jp", "こんにちは"),
        ("你好".encode("gb18030"), "gb2312", "你好"),
        ("Grüße".encode("utf-16"), "utf-16", "Grüße"),
        ("Grüße".encode("utf-8-sig"), "utf-8", "Grüße"),
        (b"+ADw-script+AD4-", "utf-7", "+ADw-script+AD4-"),
        (b"caf\\u00e9", "unicode_escape", "caf\\u00e9"),
        (b"uryyb", "rot13", "uryyb"),
        (b"a\x00b\x1b[31mc\x0b\td", "us-ascii", "ab[31mc\td"),
        (b"\x81\x8d", "windows-1252", ""),
        ("Größe ist ".encode() + b"\xc3", "utf-8", "Größe ist \ufffd"),
        (b"\xed\xa0\x80 x", "utf-8", "í\xa0€ x"),
    ],
)
def test_text_is_decoded_whatever_was_declared(body, charset, text):
    mail = parse_mail(letter(body, content_type=f'text/plain; charset="{charset}"'))

    assert mail.text == text


def test_an_unknown_charset_is_named():
    mail = parse_mail(letter("é", content_type="text/plain; charset=klingon"))

    assert mail.defects == ('Character set "klingon" is not known; the text was read as utf_8.',)


@pytest.mark.parametrize(
    ("body", "encoding", "text"),
    [
        ("SGVsbG8gd29ybGQ=", "base64", "Hello world"),
        ("SGVsbG8gd29ybGQ", "BASE64", "Hello world"),
        ("SGVs!bG8gd29y\nbGQ=\n--\nlist footer", "base64", "Hello world"),
        ("This was never encoded, sorry.", "base64", "This was never encoded, sorry."),
        ("A", "base64", ""),
        ("Gr=C3=BC=\n=C3=9Fe", "quoted-printable", "Grüße"),
        ("100=% =GG", "quoted-printable", "100=% =GG"),
        ("begin 644 x\n%:&5L;&\\ \n`\nend", "x-uuencode", "hello"),
        ("begin 644 x\nzzz\n", "x-uuencode", ""),
        ("never begun", "x-uuencode", "never begun"),
        ("plain", "no-such-encoding", "plain"),
    ],
)
def test_a_damaged_transfer_encoding_loses_as_little_as_possible(body, encoding, text):
    assert parse_mail(letter(body, content_transfer_encoding=encoding)).text == text
