"""Encrypted, signed, damaged and forwarded mail is read as far as it can be."""

import pytest

from helpdesk.mail.parsing import parse_mail
from tests.helpdesk.mail.letters import letter, part, parts


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
