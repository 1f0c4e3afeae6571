import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.charsets import clean_line, clean_text, decode_bytes
from tests.helpdesk.mail.letters import bounded


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("nul\x00 bell\x07 escape\x1b next\x85 tab\t", "nul bell escape next tab\t"),
        ("lone \ud800 surrogate \udfff", "lone  surrogate "),
        ("\ufeffmark", "mark"),
    ],
)
def test_text_loses_only_what_cannot_be_stored(text, clean):
    assert clean_text(text) == clean


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  a\r\n\tb  c ", "a b c"),
        ("a\x00\ud800b", "ab"),
        ("gpj\u202e.exe\u2066", "gpj.exe"),
        ("x" * 30, "x" * 20),
        ("right-to-left mark \u200f", "right-to-left mark \u200f"[:20]),
    ],
)
def test_a_line_is_one_line(text, clean):
    assert clean_line(text, 20) == clean


@bounded
@given(
    st.binary(max_size=200),
    st.none() | st.text(max_size=20) | st.sampled_from(["utf-8", "utf-16", "gbk", "hz", "cp1252"]),
)
def test_any_bytes_in_any_charset_become_text(data, declared):
    text, doubt = decode_bytes(data, declared)

    clean_text(text).encode()
    assert "\n" not in doubt


@bounded
@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\ufeff"), max_size=60),
    st.sampled_from(["utf-8", "utf-16", "utf-32", "utf-8-sig", "gb18030"]),
)
def test_what_was_rightly_declared_is_rightly_read(text, charset):
    assert decode_bytes(text.encode(charset), charset) == (text, "")
