import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.filenames import NAME_CHARS, safe_filename, unique_filename
from tests.helpdesk.mail.letters import bounded


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        ("photo.jpg", "photo.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\bill.pdf", "bill.pdf"),
        ("folder/", "folder"),
        ("bill\u202efdp.exe", "billfdp.exe"),
        ("a\r\nSet-Cookie: x.txt", "a Set-Cookie_ x.txt"),
        ("nul\x00l.txt", "null.txt"),
        ("CON", "_CON"),
        ("lpt1.txt", "_lpt1.txt"),
        ("console.txt", "console.txt"),
        (".htaccess", "htaccess"),
        ("..", "attachment.bin"),
        ("", "attachment.bin"),
        ('a<b>c:d"e|f?g*h.txt', "a_b_c_d_e_f_g_h.txt"),
        ("trailing. . ", "trailing"),
        ("e\u0301.txt", "é.txt"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ("résumé.pdf", "résumé.pdf"),
    ],
)
def test_a_name_is_made_safe(declared, name):
    assert safe_filename(declared, "application/octet-stream") == name


@bounded
@given(st.text(max_size=400))
def test_a_safe_name_is_safe_and_stays_as_it_is(declared):
    name = safe_filename(declared, "text/plain")

    assert 0 < len(name) <= NAME_CHARS
    assert not re.search("[\x00-\x1f\x7f-\x9f/\\\\\u202a-\u202e\ud800-\udfff]", name)
    assert not name.startswith(".")
    assert safe_filename(name, "text/plain") == name


@bounded
@given(
    st.lists(st.sampled_from(["a.txt", "A.txt", "a (2).txt", "a", "x" * NAME_CHARS]), max_size=9)
)
def test_names_become_unique_and_stay_short(names):
    taken: set[str] = set()
    unique = [unique_filename(name, taken) for name in names]

    assert len({name.casefold() for name in unique}) == len(names)
    assert all(len(name) <= NAME_CHARS for name in unique)
