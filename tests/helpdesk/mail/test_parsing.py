from datetime import UTC, datetime

import pytest

from helpdesk.mail.message import Address, MailLimits, UnreadableMail
from helpdesk.mail.parsing import parse_mail
from tests.helpdesk.mail.letters import letter, part, parts

PIXEL = "R0lGODlhAQABAAAAACw="


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


def test_of_alternatives_the_text_is_read_and_the_html_kept():
    mail = parse_mail(
        parts(part("Plain"), part("<p>Rich <b>text</b></p>", "text/html"), kind="alternative")
    )

    assert mail.text == "Plain"
    assert mail.html == "<p>Rich <b>text</b></p>"
    assert mail.attachments == ()


@pytest.mark.parametrize(
    "raw",
    [
        letter("<p>Only</p><p>HTML</p>", content_type="text/html"),
        parts(part(" \n"), part("<p>Only</p><p>HTML</p>", "text/html"), kind="alternative"),
    ],
)
def test_html_alone_is_read_as_text(raw):
    assert parse_mail(raw).text == "Only\n\nHTML"


def test_html_may_name_its_own_charset():
    page = '<meta charset="koi8-r"><p>Привет</p>'.encode("koi8-r")

    assert parse_mail(letter(page, content_type="text/html")).text == "Привет"


def test_mixed_texts_stay_in_their_order():
    mail = parse_mail(parts(part("One"), part("<p>Two</p>", "text/html"), part("Three & four")))

    assert mail.text == "One\n\nTwo\n\nThree & four"
    assert mail.html == "<p>One</p>\n<p>Two</p>\n<p>Three &amp; four</p>"


def test_an_embedded_picture_is_known_to_be_shown():
    mail = parse_mail(
        parts(
            part('<img src="cid:logo@x"> see', "text/html"),
            part(PIXEL, "image/gif", content_id="<logo@x>", content_transfer_encoding="base64"),
            part(PIXEL, "image/gif; name=photo.gif", content_transfer_encoding="base64"),
            kind="related",
        )
    )

    logo, photo = mail.attachments
    assert (logo.filename, logo.content_id, logo.is_inline) == ("image.gif", "logo@x", True)
    assert (photo.filename, photo.content_type, photo.is_inline) == (
        "photo.gif",
        "image/gif",
        False,
    )
    assert 'data-cid="logo@x"' in mail.html


def test_an_attached_message_keeps_its_exact_bytes():
    original = "From: x@example.com\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\n\r\nBody --edge\r\n "
    mail = parse_mail(parts(part("See attached"), part(original, "message/rfc822")))

    (attached,) = mail.attachments
    assert attached.filename == "Café.eml"
    assert attached.content_type == "message/rfc822"
    assert attached.content == original.encode()
    assert mail.text == "See attached"


@pytest.mark.parametrize(
    ("content_type", "filename"),
    [
        ("text/calendar; method=REQUEST", "invitation.ics"),
        ("application/ms-tnef; name=winmail.dat", "winmail.dat"),
        ("text/csv", "table.csv"),
        ("broken", "attachment.bin"),
        ("../../etc/passwd", "attachment.bin"),
        ("application/pdf; name*=utf-8''r%C3%A9sum%C3%A9.pdf", "résumé.pdf"),
        ("application/pdf; name*0*=utf-8''long%20; name*1=name.pdf", "long name.pdf"),
        ("application/pdf; name*1=b.pdf; name*0=a", "ab.pdf"),
        ('application/pdf; name="=?utf-8?q?r=C3=A9sum=C3=A9?=.pdf"', "résumé.pdf"),
        ("application/pdf; name=unquoted name.pdf", "unquoted name.pdf"),
        ('application/pdf name="no semicolon.pdf"', "no semicolon.pdf"),
    ],
)
def test_other_parts_are_attachments_with_a_name(content_type, filename):
    mail = parse_mail(parts(part("Hi"), part("content", content_type)))

    assert [a.filename for a in mail.attachments] == [filename]
    assert mail.text == "Hi"


def test_equal_names_are_numbered():
    files = [
        part("x", "application/pdf; name=Invoice.PDF"),
        part("y", "text/csv; name=invoice.pdf"),
    ]

    assert [a.filename for a in parse_mail(parts(*files, *files)).attachments] == [
        "Invoice.PDF",
        "invoice (2).pdf",
        "Invoice (3).PDF",
        "invoice (4).pdf",
    ]


def test_what_exceeds_the_limits_is_left_out_and_named():
    limits = MailLimits(attachments=3, attachment_bytes=10, attachments_bytes=15)
    files = [part("x" * size, f"text/csv; name={size}.csv") for size in (9, 11, 8, 2, 3, 1)]

    mail = parse_mail(parts(part("Hi"), *files), limits=limits)

    assert [a.filename for a in mail.attachments] == ["9.csv", "2.csv", "3.csv"]
    assert mail.defects == (
        'Attachment "11.csv" (11 bytes) was left out: more than 10 bytes.',
        'Attachment "8.csv" (8 bytes) was left out: together they exceed 15 bytes.',
        'Attachment "1.csv" (1 bytes) was left out: the message has more than 3.',
    )


def test_too_long_a_text_is_cut_and_too_large_a_layout_dropped():
    limits = MailLimits(text_chars=5, html_chars=20)

    mail = parse_mail(letter("<p>more than twenty</p>", content_type="text/html"), limits=limits)

    assert mail.text == "more"
    assert mail.html == ""
    assert mail.defects == (
        "Its formatted version is too large; only the text was kept.",
        "Its text was cut after 5 characters.",
    )


@pytest.mark.parametrize(
    "raw",
    [
        parts(
            part("Version: 1", "application/pgp-encrypted"),
            part("-----BEGIN PGP MESSAGE-----", "application/octet-stream; name=encrypted.asc"),
            kind="encrypted",
        ),
        letter("MIAG", content_type="application/pkcs7-mime; smime-type=enveloped-data"),
        letter("-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----"),
    ],
)
def test_encrypted_mail_is_flagged(raw):
    assert parse_mail(raw).is_encrypted


def test_a_signed_mail_is_read_and_keeps_its_signature():
    mail = parse_mail(
        parts(part("I signed this"), part("sig", "application/pgp-signature"), kind="signed")
    )

    assert mail.text == "I signed this"
    assert [a.filename for a in mail.attachments] == ["signature.asc"]
    assert not mail.is_encrypted


@pytest.mark.parametrize(
    "raw",
    [
        letter("Still here", content_type="multipart/mixed"),
        letter("Still here", content_type="multipart/mixed; boundary=never"),
        letter("Still here", content_type='multipart/mixed; boundary=""'),
    ],
)
def test_a_lost_boundary_does_not_lose_the_text(raw):
    mail = parse_mail(raw)

    assert mail.text == "Still here"
    assert mail.defects


def test_a_cut_message_says_so():
    raw = parts(part("Whole"), part("half", "text/csv")).removesuffix(b"\n--edge--\n")

    assert parse_mail(raw).defects == ("It ends before its last part does.",)


def test_quotes_and_signature_are_told_from_the_answer():
    mail = parse_mail(letter("Yes.\n\nOn 2 Mar 2026, Shop wrote:\n> Is it?\n"))

    assert mail.text == "Yes."
    assert mail.quoted_text == "On 2 Mar 2026, Shop wrote:\n> Is it?"


def test_a_forwarded_message_stays_visible():
    body = "FYI\n\nFrom: X <x@y.example>\nSent: Monday\nTo: Z\nSubject: Offer\n\nGood price"

    assert parse_mail(letter(body, subject="WG: Offer")).quoted_text == ""
    assert parse_mail(letter(body, subject="AW: Offer")).text == "FYI"
