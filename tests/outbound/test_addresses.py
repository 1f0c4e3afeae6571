"""Where nothing may be sent."""

import pytest

from outbound.addresses import AddressRefused, read_address, refuse_private

PRIVATE = ["10.0.0.8", "172.16.3.4", "192.168.1.1", "127.0.0.1", "127.9.9.9", "::1", "fd12::1"]
NEVER = [
    "0.0.0.0", "0.1.2.3", "169.254.169.254", "169.254.1.1", "100.100.100.200", "168.63.129.16",
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "fe80::1", "fe80::1%eth0",
    "fec0::1", "ff02::1", "fd00:ec2::254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1", "2001:0:53aa:64c::1", "::169.254.169.254",
]  # fmt: skip
HIDDEN = ["::ffff:10.0.0.8", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1", "::10.0.0.8"]
SPECIAL = ["100.64.0.1", "192.0.2.1", "198.18.0.1", "203.0.113.9", "2001:db8::1"]
PUBLIC = ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "::ffff:93.184.216.34"]


@pytest.mark.parametrize("ip", [*PRIVATE, *HIDDEN, *NEVER, *SPECIAL])
def test_what_is_not_public_is_refused(ip):
    with pytest.raises(AddressRefused) as refused:
        refuse_private(ip)

    assert refused.value.code == "address_is_private"
    assert ip in str(refused.value)


@pytest.mark.parametrize("ip", PUBLIC)
def test_what_is_public_is_not(ip):
    refuse_private(ip)


@pytest.mark.parametrize("ip", [*PRIVATE, *HIDDEN, *PUBLIC])
def test_private_networks_can_be_allowed(ip):
    refuse_private(ip, may_be_private=True)


@pytest.mark.parametrize("ip", NEVER)
def test_some_addresses_are_never_possible(ip):
    with pytest.raises(AddressRefused):
        refuse_private(ip, may_be_private=True)


def test_an_address_is_taken_apart():
    address = read_address("https://Hooks.partner.example:8443/in/recourse?key=1#part")

    assert (address.host, address.port, address.path) == (
        "hooks.partner.example", 8443, "/in/recourse?key=1",
    )  # fmt: skip
    assert address.netloc == "hooks.partner.example:8443"
    assert read_address("https://partner.example").netloc == "partner.example"
    assert read_address("http://[::1]:8080/", may_be_private=True).netloc == "[::1]:8080"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://partner.example/", "address_not_secure"),
        ("ftp://partner.example/", "address_not_secure"),
        ("file:///etc/passwd", "address_not_secure"),
        ("gopher://partner.example/", "address_not_secure"),
        ("partner.example/hook", "address_not_secure"),
        ("", "address_not_secure"),
        ("https://user:secret@partner.example/", "address_with_user"),
        ("https://partner.example@10.0.0.8/", "address_with_user"),
        ("https://@partner.example/", "address_with_user"),
        ("https:///hook", "address_not_possible"),
        ("https://partner.example:99999/", "address_not_possible"),
        ("https://partner.example:0/", "address_not_possible"),
        ("https://[::1/", "address_not_possible"),
        ("https://[fe80::1%25eth0]/", "address_not_possible"),
        ("https://partner.example\\@10.0.0.8/", "address_with_user"),
        ("https://partner.example\\.other.example/", "address_not_possible"),
        ("https://partner.example/a b", "address_not_possible"),
        ("https://partner.example/\r\nX-Other: 1", "address_not_possible"),
        ("https://pärtner.example/", "address_not_possible"),
        ("https://partner.example/" + "a" * 500, "address_not_possible"),
    ],
)
def test_what_is_no_address(url, code):
    with pytest.raises(AddressRefused) as refused:
        read_address(url)

    assert refused.value.code == code


def test_plain_http_is_for_private_networks_only():
    assert read_address("http://erp.internal:8080/", may_be_private=True).port == 8080
    with pytest.raises(AddressRefused):
        read_address("ftp://erp.internal/", may_be_private=True)
