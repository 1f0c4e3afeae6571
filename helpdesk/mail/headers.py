"""Header fields as senders really write them: raw 8-bit, folded, half encoded."""

import binascii
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote_to_bytes

from helpdesk.mail.charsets import decode_bytes
from helpdesk.mail.transfer import decode_base64

VALUE_CHARS = 20_000
PARAMETER_CHARS = 8_000
REPEATS = 50

_FOLD = re.compile(r"[\r\n]+")
_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^?]*)\?=")
_PARAMETER = re.compile(r'[;\s]\s?([^\s=;"]{1,100})\s?=\s?(?:"((?:[^"\\]|\\.)*)"|([^;]*))')
_SECTION = re.compile(r"(.+?)\*(?:(\d{1,3})(\*)?)?")


class Headers:
    """The fields of one part, by case-insensitive name.

    Values are unfolded text with 8-bit bytes decoded, encoded words still encoded
    (an encoded comma must not separate addresses), cut at ``VALUE_CHARS``;
    of a repeated field the first ``REPEATS`` count.
    """

    def __init__(self, raw_items: Iterable[tuple[str, str]]):
        self._raw: dict[str, list[str]] = {}
        for name, value in raw_items:
            self._raw.setdefault(name.strip().lower(), []).append(value)

    def all(self, name: str) -> Iterator[str]:
        for value in self._raw.get(name, [])[:REPEATS]:
            yield unfold(value)

    def first(self, name: str) -> str:
        """Return the first value, stripped; "" where the field is missing."""
        return next(self.all(name), "")

    def __contains__(self, name: str) -> bool:
        return name in self._raw


def unfold(raw: str) -> str:
    """Join folded lines and decode raw 8-bit bytes (kept as surrogates by the parser)."""
    line = _FOLD.sub("", raw[:VALUE_CHARS])
    if line.isascii():
        return line.strip()
    return decode_bytes(line.encode("utf-8", "surrogateescape"), None)[0].strip()


def decode_words(value: str) -> str:
    """Decode RFC 2047 words, also those inside quotes or split within a character."""
    pieces: list[str] = []
    run: list[tuple[str, bytes]] = []
    end = 0
    for word in _WORD.finditer(value):
        between = value[end : word.start()]
        if not run or between.strip():
            pieces += [_join_run(run), between]
            run = []
        run.append(_read_word(word))
        end = word.end()
    return "".join([*pieces, _join_run(run), value[end:]])


def _read_word(word: re.Match) -> tuple[str, bytes]:
    charset, encoding, text = word.groups()
    data = text.encode("utf-8", "replace")
    decoded = decode_base64(data) if encoding in "bB" else binascii.a2b_qp(data, header=True)
    return charset.partition("*")[0].lower(), decoded


def _join_run(run: list[tuple[str, bytes]]) -> str:
    """Neighbours of one charset are decoded together: a character may span them."""
    joined: list[tuple[str, list[bytes]]] = []
    for charset, data in run:
        if joined and joined[-1][0] == charset:
            joined[-1][1].append(data)
        else:
            joined.append((charset, [data]))
    return "".join(decode_bytes(b"".join(parts), charset)[0] for charset, parts in joined)


def parameters(value: str) -> dict[str, str]:
    """Return the parameters of a structured field, RFC 2231 pieces joined and decoded."""
    plain: dict[str, str] = {}
    sections: dict[str, list[tuple[int, bool, str]]] = {}
    for name, quoted, bare in _PARAMETER.findall(" ".join(value[:PARAMETER_CHARS].split())):
        text = re.sub(r"\\(.)", r"\1", quoted) if quoted else bare.strip().strip('"')
        section = _SECTION.fullmatch(name)
        if section is None:
            plain.setdefault(name.lower(), text)
            continue
        base, index, encoded = section.groups()
        is_encoded = index is None or encoded is not None
        sections.setdefault(base.lower(), []).append((int(index or 0), is_encoded, text))
    return plain | {name: _join_sections(found) for name, found in sections.items()}


def _join_sections(sections: list[tuple[int, bool, str]]) -> str:
    charset = ""
    joined = b""
    for index, is_encoded, text in sorted(sections):
        if index == 0 and is_encoded and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        data = text.encode("utf-8", "surrogateescape")
        joined += unquote_to_bytes(data) if is_encoded else data
    return decode_bytes(joined, charset or None)[0]
