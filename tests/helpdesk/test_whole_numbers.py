import pytest

from helpdesk.whole_numbers import whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("007", 7),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("9" * 5000, None),
        ("", None),
        ("-1", None),
        ("1.5", None),
        (" 1", None),
        ("²", None),
        ("٣", None),
    ],
)
def test_a_whole_number_is_read_or_is_none(text, number):
    assert whole_number(text) == number


def test_there_are_as_many_digits_as_are_allowed():
    assert whole_number("123", digits=3) == 123
    assert whole_number("1234", digits=3) is None
