"""Bytes to text that PostgreSQL can store and a page can show."""

import codecs
import re
from encodings.aliases import aliases

_FAMILIES = (
    *("ascii", "latin_1", "iso8859_", "cp", "mac_", "koi8_", "utf_8", "utf_16", "utf_32"),
    *("big5", "gb", "euc_", "iso2022_", "shift_jis", "johab", "hz", "tis_620", "ptcp154"),
)
# What senders write is often the smaller sibling of what they mean.
_WIDER = {
    **{"ascii": "cp1252", "latin_1": "cp1252", "iso8859_9": "cp1254", "tis_620": "cp874"},
    **{"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949"},
}
_EXTRA_NAMES = {
    **{"xsjis": "cp932", "xeucjp": "euc_jp", "xgbk": "gb18030", "utf8mb4": "utf_8"},
    **{"iso88598i": "iso8859_8", "iso88598e": "iso8859_8", "utf8sig": "utf_8"},
}
_BOMS = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF32_LE, "utf_32_le"),
    (codecs.BOM_UTF32_BE, "utf_32_be"),
    (codecs.BOM_UTF16_LE, "utf_16_le"),
    (codecs.BOM_UTF16_BE, "utf_16_be"),
)
_MAYBE_UTF8 = {None, "cp1252", "utf_8"}
_NOT_ASCII_BASED = ("utf_16", "utf_32", "iso2022_", "hz", "cp037", "cp500", "cp1026", "cp1140")

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile("\r\n?|[\u2028\u2029]")
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name[:60].lower())


def _known_codecs() -> dict[str, str]:
    names = {codec: codec for codec in aliases.values()} | aliases
    known = {_key(n): _WIDER.get(c, c) for n, c in names.items() if c.startswith(_FAMILIES)}
    return known | _EXTRA_NAMES


# An own table instead of codecs.lookup: senders choose the name, and Python knows
# "codecs" that are slow (punycode), executable (unicode_escape) or smuggling (utf-7).
_CODECS = _known_codecs()


def decode_bytes(data: bytes, declared: str | None) -> tuple[str, str]:
    """Return the text and a sentence about doubts ("" when there are none).

    Tried in order: byte order mark, what the bytes prove to be (UTF-8), the declared
    charset, UTF-8, Windows-1252, Latin-1. Never raises.
    """
    codec = _CODECS.get(_key(declared)) if declared else None
    # UTF-16 whose first character is NUL begins as UTF-32 does.
    is_16 = _key(codec or "").startswith("utf16")
    for mark, marked in _BOMS:
        if data.startswith(mark) and not (is_16 and _key(marked).startswith("utf32")):
            return data[len(mark) :].decode(marked, "replace"), ""
    for candidate in _candidates(data, codec):
        text = _decoded(data, candidate)
        if text is not None:
            return text, _doubt(declared, codec, candidate, data)
    return data.decode("latin-1"), _doubt(declared, codec, "latin_1", data)


def _candidates(data: bytes, codec: str | None) -> list[str]:
    if data.isascii() and not (codec or "").startswith(_NOT_ASCII_BASED):
        return ["ascii"]
    # Western text is almost never valid UTF-8 by accident.
    first = ["utf_8"] if codec in _MAYBE_UTF8 else [codec]
    second = ["cp1252"] if codec == "cp1252" else ["utf_8"]
    return [*first, *second, "utf_8 with gaps", "cp1252"]


def _decoded(data: bytes, codec: str) -> str | None:
    if codec == "utf_8 with gaps":
        return _damaged_utf8(data)
    try:
        return data.decode(codec)
    except UnicodeError:
        return None


def _damaged_utf8(data: bytes) -> str | None:
    """UTF-8 that was cut or mixed, when more of it is whole than broken."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return text if foreign > 2 * broken else None


def _doubt(declared: str | None, codec: str | None, used: str, data: bytes) -> str:
    if not declared or data.isascii():
        return ""
    name = clean_line(declared, 60)
    if codec is None:
        return f'Character set "{name}" is not known; the text was read as {used}.'
    if used not in (codec, "utf_8"):
        return f'Character set "{name}" does not fit the text; it was read as {used}.'
    return ""


def clean_text(text: str) -> str:
    """Return text with "\\n" line ends and without what a database refuses."""
    return _UNSTORABLE.sub("", _BREAKS.sub("\n", text)).removeprefix("\ufeff")


def clean_line(text: str, limit: int) -> str:
    """Return one line of at most ``limit`` characters: no breaks, no direction overrides."""
    spaced = " ".join(text[: 4 * limit + 1000].split())
    line = _OVERRIDES.sub("", _UNSTORABLE.sub("", spaced))
    return line[:limit].strip()
