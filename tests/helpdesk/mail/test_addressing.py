import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.addressing import (
    is_own_address,
    normalise_email,
    parse_addresses,
    relay_marketplace,
)
from helpdesk.mail.message import Address
from tests.helpdesk.mail.letters import bounded


@pytest.mark.parametrize(
    ("written", "email"),
    [
        ("Ada@Example.COM", "ada@example.com"),
        ("  ada+lamps@example.com ", "ada+lamps@example.com"),
        ("ada@müller.de", "ada@xn--mller-kva.de"),
        ("ada@MÜLLER.de.", "ada@xn--mller-kva.de"),
        ("ada@straße.de", "ada@xn--strae-oqa.de"),
        ("ada@xn--mller-kva.de", "ada@xn--mller-kva.de"),
        ("ada@例え。jp", "ada@xn--r8jz45g.jp"),
        ("root@localhost", "root@localhost"),
        ('"ada"@example.com', "ada@example.com"),
        ("jürgen@example.com", "jürgen@example.com"),
        ("", ""),
        ("ada", ""),
        ("@example.com", ""),
        ("ada@", ""),
        ("ada@exa mple.com", ""),
        ("ada@-example.com", ""),
        ("ada@example..com", ""),
        ("a@b@example.com", ""),
        ("ada@example.com\nBcc: x@y.example", ""),
        ("a\x00da@example.com", ""),
        ("ada@\ud800.com", ""),
        ("x" * 250 + "@example.com", ""),
    ],
)
def test_an_address_has_one_form_or_none(written, email):
    assert normalise_email(written) == email


@bounded
@given(st.text(max_size=40) | st.emails())
def test_normalising_twice_changes_nothing(written):
    once = normalise_email(written)

    assert normalise_email(once) == once


@pytest.mark.parametrize(
    ("field", "addresses"),
    [
        ("Ada <ada@x.example>", [("Ada", "ada@x.example")]),
        ('"Example, Ada" <ada@x.example>, bob@x.example', None),
        ("ada@x.example (Ada Example)", [("Ada Example", "ada@x.example")]),
        ("Ada ada@x.example", [("", "ada@x.example")]),
        ("<ada@x.example>>", [("", "ada@x.example")]),
        ("ada@x.example <bob@x.example>", [("ada@x.example", "bob@x.example")]),
        ('"<eve@x.example>" <ada@x.example>', [("<eve@x.example>", "ada@x.example")]),
        ("=?utf-8?q?J=C3=BCrgen=2C_Dr=2E?= <j@x.example>", [("Jürgen, Dr.", "j@x.example")]),
        ('"=?utf-8?q?J=C3=BCrgen?=" <j@x.example>', [("Jürgen", "j@x.example")]),
        ("=?utf-8?q?Ada_<ada@x.example>?=", [("Ada", "ada@x.example")]),
        ('"Ada \\"Lamp\\" E." <ada@x.example>', [('Ada "Lamp" E.', "ada@x.example")]),
        ('"Ada <ada@x.example>', [("Ada", "ada@x.example")]),
        ("Ada (unclosed <ada@x.example>", [("Ada (unclosed", "ada@x.example")]),
        ("Friends: ada@x.example, bob@x.example;", [("", "ada@x.example"), ("", "bob@x.example")]),
        ("<@relay.example,@two.example:ada@x.example>", [("", "ada@x.example")]),
        ("mailto:ada@x.example", [("", "ada@x.example")]),
        ("Undisclosed recipients:;", []),
        ("", []),
        (",,;,", []),
        ("(((((((((((((((((((((((", []),
    ],
)
def test_addresses_are_made_out_of_what_is_there(field, addresses):
    if addresses is None:
        addresses = [("Example, Ada", "ada@x.example"), ("", "bob@x.example")]

    assert parse_addresses(field) == [Address(*pair) for pair in addresses]


@bounded
@given(st.text(alphabet='ab@.,;:<>()"\\ =?q\n\x00é', max_size=60))
def test_whatever_is_found_is_a_whole_address(field):
    for address in parse_addresses(field):
        assert address.email == normalise_email(address.email) != ""
        assert "\n" not in address.name


@pytest.mark.parametrize(
    ("address", "marketplace"),
    [
        ("a@marketplace.amazon.com", "amazon"),
        ("a@uk.Marketplace.Amazon.com", "amazon"),
        ("a@amazon.com", None),
        ("a@evilmarketplace.amazon.com", None),
        ("a@marketplace.amazon.com.evil.example", None),
        ("no address", None),
    ],
)
def test_a_relay_is_known_by_its_domain(address, marketplace):
    assert relay_marketplace(address, {"marketplace.amazon.com": "amazon"}) == marketplace


def test_our_plus_addresses_are_ours():
    own = frozenset({"support@shop.example"})

    assert is_own_address("support+t1.x@shop.example", own)
    assert not is_own_address("support@other.example", own)
    assert not is_own_address("", own)
