import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpdesk.mail.reply_tokens import (
    reply_address,
    subject_token,
    ticket_from_address,
    ticket_from_subject,
    with_token,
)
from tests.helpdesk.mail.letters import bounded

BASE = "Support@Shop.example"
SECRET = "a secret of this test"
TICKETS = st.integers(1, 10**18 - 1)
LETTERS = string.ascii_letters + string.digits


def from_address(address: str, *, secret: str = SECRET) -> int | None:
    return ticket_from_address(address, base=BASE, secret=secret)


@bounded
@given(TICKETS, st.sampled_from([str, str.lower, str.upper, str.swapcase]))
def test_a_reply_finds_its_ticket_whatever_the_case(ticket_id, rewritten):
    address = reply_address(ticket_id, base=BASE, secret=SECRET)
    subject = f"AW: Lamp {subject_token(ticket_id, secret=SECRET)}"

    assert from_address(rewritten(address)) == ticket_id
    assert ticket_from_subject(rewritten(subject), secret=SECRET) == ticket_id
    assert len(address.partition("@")[0]) <= 64


@bounded
@given(TICKETS, st.data())
def test_a_changed_digit_or_letter_never_verifies(ticket_id, data):
    address = reply_address(ticket_id, base=BASE, secret=SECRET)
    start, end = address.index("+t") + 2, address.index("@")
    position = data.draw(st.integers(start, end - 1))
    letter = data.draw(st.sampled_from(LETTERS + ".-"))
    assume(letter.lower() != address[position].lower())

    forged = address[:position] + letter + address[position + 1 :]

    assert from_address(forged) is None


@pytest.mark.parametrize(
    "address",
    [
        "support@shop.example",
        "support+t1@shop.example",
        "support+t1.@shop.example",
        "support+t0.aaaaaaaaaaaaaaaa@shop.example",
        "support+t١.aaaaaaaaaaaaaaaa@shop.example",
        f"support+t{'9' * 40}.aaaaaaaaaaaaaaaa@shop.example",
        "",
    ],
)
def test_other_addresses_name_no_ticket(address):
    assert from_address(address) is None


def test_an_address_of_another_house_or_secret_does_not_verify():
    address = reply_address(7, base=BASE, secret=SECRET)

    assert from_address(address.replace("Shop", "other")) is None
    assert from_address(address.replace("Support", "sales")) is None
    assert from_address(address.replace("+t7.", "+t07.")) is None
    assert from_address(address, secret="another") is None


def test_the_first_genuine_token_of_a_subject_counts():
    genuine = subject_token(7, secret=SECRET)
    forged = genuine.replace("#7", "#8")

    assert ticket_from_subject(f"Re: {forged} {genuine}", secret=SECRET) == 7
    assert ticket_from_subject(f"Re: {forged}", secret=SECRET) is None


@bounded
@given(st.text(max_size=300), TICKETS, st.lists(st.sampled_from(["Re: ", "AW: ", "Re[2]: "])))
def test_tokens_and_prefixes_do_not_pile_up(subject, ticket_id, prefixes):
    once = with_token(subject, ticket_id, secret=SECRET)
    answered = "".join(prefixes) + once

    assert with_token(once, ticket_id, secret=SECRET) == once
    assert with_token(answered, ticket_id, secret=SECRET).removeprefix("Re: ") == (
        once.removeprefix("Re: ")
    )
    assert ticket_from_subject(answered, secret=SECRET) == ticket_id
    assert len(once) <= 250


@pytest.mark.parametrize(
    ("subject", "kept"),
    [
        ("Lamp", "Lamp {}"),
        ("Re: AW: RE[2]: Lamp", "Re: Lamp {}"),
        ("Lamp [#3-abcdefghijklmnop] again", "Lamp again {}"),
        ("R: Antw: Lampada", "Re: Lampada {}"),
        ("Regarding: a lamp", "Regarding: a lamp {}"),
        ("two\r\nBcc: lines", "two Bcc: lines {}"),
    ],
)
def test_a_subject_keeps_its_words(subject, kept):
    expected = kept.format(subject_token(7, secret=SECRET))

    assert with_token(subject, 7, secret=SECRET) == expected
