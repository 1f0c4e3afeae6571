"""Reading and comparing mail addresses."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from helpdesk.mail.charsets import clean_line
from helpdesk.mail.headers import decode_words
from helpdesk.mail.message import Address

NAME_CHARS = 190
EMAIL_CHARS = 254

_LOCAL = re.compile(r'[^\s<>"(),;:@\[\]\\\x00-\x20\x7f-\x9f\ud800-\udfff]{1,128}')
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_DOTS = re.compile("[\u3002\uff0e\uff61]")
_QUOTED_NAME = re.compile(r'"((?:[^"\\]|\\.)*)"?')
_ESCAPED = re.compile(r"\\(.)")
_SPECIAL = re.compile(r'(?<!\\)[",;()<>]')
_CLOSES = {'"': '"', "(": ")", "<": ">"}
_DEEPEST_COMMENT = 10
_SEPARATORS = re.compile(r'[\s<>"(),;:\[\]]+')


def normalise_email(value: str) -> str:
    """Return the address in the one form used for comparing, or "" if it is none.

    Lower case, domain in IDNA ("müller.de" is "xn--mller-kva.de"). What stands behind
    a plus sign stays: only its owner knows whether it means anything.
    """
    local, at, domain = value.strip()[: 2 * EMAIL_CHARS].rpartition("@")
    local = unicodedata.normalize("NFC", local.strip('"')).lower()
    host = _ascii_domain(domain)
    if not at or not host or not _LOCAL.fullmatch(local):
        return ""
    email = f"{local}@{host}"
    return email if len(email) <= EMAIL_CHARS else ""


def _ascii_domain(domain: str) -> str:
    # Not the "idna" codec: it follows IDNA 2003, for which straße.de is strasse.de,
    # somebody else's domain.
    labels = _DOTS.sub(".", domain).rstrip(".").split(".")
    encoded = [_ascii_label(label) for label in labels[:50]]
    return ".".join(encoded) if all(map(_LABEL.fullmatch, encoded)) else ""


def _ascii_label(label: str) -> str:
    label = unicodedata.normalize("NFKC", label[:100]).lower()
    if label.isascii():
        return label
    categories = {unicodedata.category(character)[0] for character in label.replace("-", "")}
    if not categories <= set("LMN"):
        return ""
    return "xn--" + label.encode("punycode").decode("ascii")


def parse_addresses(value: str) -> list[Address]:
    """Return the addresses of a From, To or Cc field, as far as it can be made out.

    Understands quoted names, comments, groups, encoded words and missing brackets;
    what has no address in it is left out.
    """
    found = (_read_mailbox(piece) for piece in _mailboxes(value))
    return [address for address in found if address]


def relay_marketplace(address: str, relays: Mapping[str, str]) -> str | None:
    """Return the marketplace whose relay the address belongs to (subdomains as well)."""
    domain = normalise_email(address).rpartition("@")[2]
    while domain:
        if domain in relays:
            return relays[domain]
        domain = domain.partition(".")[2]
    return None


def is_own_address(email: str, own_addresses: frozenset[str]) -> bool:
    """Whether mail to the address comes to us; ``support+anything@`` does if support@ does."""
    local, _, domain = email.rpartition("@")
    return email in own_addresses or f"{local.partition('+')[0]}@{domain}" in own_addresses


def _mailboxes(value: str) -> Iterator[str]:
    """Cut at commas and semicolons outside quotes, comments and angle brackets."""
    start = 0
    inside = ""  # The marks that are open: quote, comments, bracket.
    for special in _SPECIAL.finditer(value):
        mark = special.group()
        if mark in ",;" and not inside:
            yield value[start : special.start()]
            start = special.end()
        else:
            inside = _opened_or_closed(inside, mark)
    yield value[start:]


def _opened_or_closed(inside: str, mark: str) -> str:
    innermost = inside[-1:]
    if mark == _CLOSES.get(innermost):
        return inside[:-1]
    if innermost == '"' or len(inside) > _DEEPEST_COMMENT:
        return inside
    if mark == "(" or (mark in '"<' and not inside):
        return inside + mark
    return inside


def _read_mailbox(piece: str) -> Address | None:
    if "?=" in piece.rpartition(">")[2]:  # The brackets stand inside an encoded word.
        piece = decode_words(piece)
    before, bracket, after = piece.rpartition("<")
    email = normalise_email(after.partition(">")[0].rpartition(":")[2]) if bracket else ""
    if email:
        return Address(_name(before), email)
    for text in (piece, decode_words(piece)):
        email = next(filter(None, map(normalise_email, _SEPARATORS.split(text))), "")
        if email:
            return Address(_name(_comment(text)), email)
    return None


def _comment(text: str) -> str:
    return text.partition("(")[2].rpartition(")")[0]


def _name(text: str) -> str:
    quoted = _QUOTED_NAME.fullmatch(text.strip())
    bare = _ESCAPED.sub(r"\1", quoted[1]) if quoted else text
    name = clean_line(decode_words(bare), NAME_CHARS)
    is_in_apostrophes = len(name) > 2 and name[0] == name[-1] == "'"
    return name[1:-1] if is_in_apostrophes else name
