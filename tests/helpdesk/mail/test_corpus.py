"""Every real or deliberately broken mail beside the checkout, and how it ends."""

from collections import Counter

import pytest

from helpdesk.mail.message import ParsedMail, UnreadableMail
from helpdesk.mail.parsing import parse_mail
from tests.helpdesk.mail.letters import CORPUS, WITHOUT_CORPUS

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason=WITHOUT_CORPUS),
]

WITHOUT_SENDER = {"05", "11", "18", "19", "37", "38", "39", "40"}
BOUNCES = {"16", "25", "43"}
MASS_MAIL = {"32", "33"}
# What the text contains, and the names of the files.
CONTENTS = {
    "cpython/msg_04.txt": ("", ["msg.txt", "msg (2).txt"]),
    "cpython/msg_07.txt": ("This is the dingus fish.", ["dingusfish.gif"]),
    "cpython/msg_10.txt": ("¡This is a Quoted Printable encoded message!", []),
    "cpython/msg_15.txt": ("Some removed text.", []),
    "cpython/msg_17.txt": ("This is the dingus fish.", []),
    "cpython/msg_28.txt": ("", ["ee.eml", "ee (2).eml"]),
    "cpython/msg_31.txt": ("message 1", []),
    "cpython/msg_35.txt": ("no separating newline here", []),
    "cpython/msg_41.txt": ("Blah blah blah", []),
    "cpython/msg_45.txt": ("This is the signed contents.", ["signature.asc"]),
    "cpython/msg_46.txt": ("", ["GroupwiseForwardingTest.eml"]),
    "django-helpdesk/all-special-chars.eml": ("íářčšáíéřášč", []),
    "django-helpdesk/blank-body-with-attachment.eml": ("", ["baf"]),
    "django-helpdesk/forwarded-message.eml": ("This is email body", []),
    "django-helpdesk/pgp.eml": ("hi, thanks for looking into this", ["signature.asc"]),
    "django-helpdesk/quoted_printable.eml": ("českých písmen odeslaných z gmailu", []),
    "django-helpdesk/utf-nondecodable.eml": ("změnu vyhodnocení soutěže", []),
}


def outcome(path) -> str:
    try:
        mail = parse_mail(path.read_bytes())
    except UnreadableMail as refusal:
        return refusal.code
    return mail.automatic.kind.value if mail.automatic else "letter"


def read(name: str) -> ParsedMail:
    return parse_mail((CORPUS / name).read_bytes())


def files(folder: str) -> list:
    return [path for path in sorted((CORPUS / folder).iterdir()) if path.name != "LICENSE"]


def test_every_message_of_the_library_ends_as_something():
    ends = {path.stem.removeprefix("msg_"): outcome(path) for path in files("cpython")}

    assert {name for name, end in ends.items() if end == "no_sender"} == WITHOUT_SENDER
    assert {name for name, end in ends.items() if end == "bounce"} == BOUNCES
    assert {name for name, end in ends.items() if end == "bulk"} == MASS_MAIL
    assert Counter(ends.values())["letter"] == 35


def test_every_message_of_a_helpdesk_is_a_letter():
    assert Counter(map(outcome, files("django-helpdesk"))) == {"letter": 6}


def test_bodies_without_a_header_are_refused():
    assert Counter(map(outcome, files("email_reply_parser"))) == {"no_sender": 22}


@pytest.mark.parametrize(("name", "contents"), CONTENTS.items(), ids=CONTENTS)
def test_real_messages_keep_their_text_and_files(name, contents):
    text, filenames = contents
    mail = read(name)

    assert text in mail.text
    assert [file.filename for file in mail.attachments] == filenames


@pytest.mark.parametrize(
    ("name", "original", "recipient", "status"),
    [
        (
            "16",
            "<002001c144a6$8752e060$56104586@oxy.edu>",
            "jangel1@cougar.noc.ucla.edu",
            "5.0.0",
        ),
        ("25", "<01040616033903.00962@server>", "scoffman@wellpartner.com", "5.4.6"),
        ("43", "<edab.7804f5cb8070@python.org>", "xxxxxxx@dot.ca.gov", "5.7.1"),
    ],
)
def test_real_bounces_say_what_did_not_arrive(name, original, recipient, status):
    bounce = read(f"cpython/msg_{name}.txt").bounce

    assert bounce.original_message_id == original
    assert bounce.failed_recipient == recipient
    assert bounce.status == status
    assert bounce.is_permanent
