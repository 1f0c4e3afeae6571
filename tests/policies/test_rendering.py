import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.rendering import (
    OF_A_TICKET,
    EmptySlot,
    UnknownSlot,
    filled,
    refuse_unknown_slots,
)

VALUES = {"name": "Karen", "ticket": "10001", "order": "", "agent": "Mara"}


def test_words_in_braces_are_put_in():
    assert filled("Hello {name}, ticket {ticket}. {agent}", VALUES) == (
        "Hello Karen, ticket 10001. Mara"
    )


def test_what_is_put_in_is_not_read_again():
    assert filled("Hello {name}", VALUES | {"name": "{ticket}"}) == "Hello {ticket}"


def test_a_word_for_which_there_is_nothing_is_named():
    with pytest.raises(EmptySlot, match="“order”"):
        filled("Your order {order}", VALUES)


def test_an_unknown_word_is_refused_and_the_possible_ones_are_named():
    with pytest.raises(UnknownSlot, match="“{price}” is not known; possible: {name}, {ticket}"):
        refuse_unknown_slots("It costs {price}", OF_A_TICKET)


@given(st.text())
def test_no_text_breaks_the_filling(text):
    try:
        refuse_unknown_slots(text, OF_A_TICKET)
    except UnknownSlot:
        return
    full = VALUES | {"order": "7"}
    assert "{name}" not in filled(text, full)
