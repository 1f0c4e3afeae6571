"""Which part of a message is its text, which are files, and what is left out."""

import pytest

from helpdesk.mail.message import MailLimits
from helpdesk.mail.parsing import parse_mail
from tests.helpdesk.mail.letters import letter, part, parts

PIXEL = "R0lGODlhAQABAAAAACw="


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
