import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.message_ids import capped_references, message_ids, normalise_message_id
from tests.helpdesk.mail.letters import bounded


@pytest.mark.parametrize(
    ("field", "message_id"),
    [
        ("<a@b.example>", "<a@b.example>"),
        ("  <a@\tb.example> (comment)", "<a@b.example>"),
        ("a@b.example", "<a@b.example>"),
        ("Message of Monday <a@b.example>", "<a@b.example>"),
        ("Message of Monday", ""),
        ("<>", ""),
        ("<\x00\x07>", ""),
        ("", ""),
    ],
)
def test_a_message_id_has_one_form_or_none(field, message_id):
    assert normalise_message_id(field) == message_id


def test_a_reference_finds_a_message_with_a_very_long_id():
    long = f"<{'x' * 400}@b.example>"

    assert message_ids(f"<a@b.example> {long} <a@b.example>") == (
        "<a@b.example>",
        normalise_message_id(long),
    )
    assert len(normalise_message_id(long)) <= 250


@bounded
@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(field):
    once = normalise_message_id(field)

    assert normalise_message_id(once) == once


def test_references_keep_the_first_and_the_latest():
    chain = tuple(f"<{n}@x>" for n in range(50))

    capped = capped_references(chain, "<7@x>")

    assert len(capped) == 20
    assert (capped[0], capped[-2], capped[-1]) == ("<0@x>", "<49@x>", "<7@x>")
    assert capped_references((), "<7@x>") == ("<7@x>",)
    assert capped_references(("<1@x>",), "") == ("<1@x>",)
