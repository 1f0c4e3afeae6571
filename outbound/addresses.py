"""Which addresses may be called from here. Pure: it resolves nothing.

Host names are judged by what they resolve to, in ``outbound.connecting``; a number in disguise
(``http://2130706433/``) is caught there too.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

MAX_LENGTH = 500
_PORTS = {"http": 80, "https": 443}
#: Addresses at which clouds tell their machines secrets. The first two are not private by number.
_METADATA = frozenset(
    map(ip_address, ("168.63.129.16", "100.100.100.200", "169.254.169.254", "fd00:ec2::254"))
)
_THIS_NETWORK = IPv4Network("0.0.0.0/8")
#: IPv6 that carries an IPv4 address, which is then the one that counts.
_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")
_TEREDO = IPv6Network("2001::/32")


class AddressRefused(ValueError):
    """``code`` is stable; the message says what is possible."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Address:
    """Where to: ``host`` in ASCII without brackets, ``path`` with its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def netloc(self) -> str:
        """The host as the header of that name says it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def read_address(url: str, *, may_be_private: bool = False) -> Address:
    """Take an address apart.

    :raises AddressRefused: unless it is https with a host and without a user; http only where a
        private network is allowed.
    """
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > MAX_LENGTH:
        raise AddressRefused(
            "address_not_possible",
            _("Give an address of at most %(limit)d ASCII characters, without blanks.")
            % {"limit": MAX_LENGTH},
        )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressRefused("address_not_possible", _("This is no address.")) from error
    _refuse_scheme(parts.scheme, may_be_private=may_be_private)
    if "@" in parts.netloc:
        raise AddressRefused(
            "address_with_user", _("An address may not carry a user or a password.")
        )
    if not host or "%" in host or "\\" in url or port == 0:
        raise AddressRefused("address_not_possible", _("Give an address with a host."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(parts.scheme, host, port or _PORTS[parts.scheme], path)


def _refuse_scheme(scheme: str, *, may_be_private: bool) -> None:
    possible = ("https", "http") if may_be_private else ("https",)
    if scheme not in possible:
        message = _("Possible: %(possible)s.") % {"possible": ", ".join(possible)}
        raise AddressRefused("address_not_secure", message)


def refuse_private(ip: str, *, may_be_private: bool = False) -> None:
    """Refuse an IP address that nothing may be sent to.

    ``may_be_private`` lets private networks and this machine itself through, and nothing else.

    :raises AddressRefused: for what is not a single public host.
    """
    address = _carried(ip_address(ip.partition("%")[0]))
    if _is_never_possible(address) or (not may_be_private and not address.is_global):
        message = _("%(ip)s is not a public address; nothing is sent there.")
        raise AddressRefused("address_is_private", message % {"ip": ip})


def _carried(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    is_loopback_or_none = address.is_loopback or address.is_unspecified
    if address in _NAT64 or (address in _COMPATIBLE and not is_loopback_or_none):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_never_possible(address: IPv4Address | IPv6Address) -> bool:
    is_odd = address.is_multicast or address.is_link_local or address.is_unspecified
    if isinstance(address, IPv4Address):
        is_reserved = address.is_reserved or address in _THIS_NETWORK
    else:
        is_reserved = address.is_site_local or address in _TEREDO
    return is_odd or is_reserved or address in _METADATA
