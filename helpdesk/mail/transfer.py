"""Undo a content transfer encoding, however damaged. Nothing here raises."""

import binascii
import string

_BASE64 = (string.ascii_letters + string.digits + "+/").encode()
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64))
_LINE_ENDS = b"\t\r\n"


def decode_transfer(data: bytes, encoding: str) -> tuple[bytes, str]:
    """Return the decoded bytes and a sentence about damage ("" when there is none)."""
    match encoding.partition(";")[0].partition("(")[0].strip().lower():
        case "base64":
            return _decode_declared_base64(data)
        case "quoted-printable":
            return binascii.a2b_qp(data), ""
        case "x-uuencode" | "uuencode" | "uue" | "x-uue":
            return _decode_uu(data)
    return data, ""


def decode_base64(data: bytes) -> bytes:
    """Decode what can be decoded: foreign bytes are skipped, padding is put right."""
    letters = data.partition(b"=")[0].translate(None, _NOT_BASE64)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _decode_declared_base64(data: bytes) -> tuple[bytes, str]:
    written = data.partition(b"=")[0].translate(None, _LINE_ENDS)
    foreign = len(written.translate(None, _BASE64))
    if foreign * 8 > len(written):
        return data, "A part declared as base64 is not base64; it is shown as it came."
    return decode_base64(data), "A base64 part is damaged." if foreign else ""


def _decode_uu(data: bytes) -> tuple[bytes, str]:
    decoded, started = [], False
    for line in data.splitlines():
        if not started:
            started = line.startswith(b"begin ")
        elif line.strip() in (b"end", b"`"):
            break
        else:
            decoded.append(_decode_uu_line(line))
    if not started:
        return data, "A part declared as uuencoded is not; it is shown as it came."
    damage = "A uuencoded part is damaged." if None in decoded else ""
    return b"".join(line or b"" for line in decoded), damage


def _decode_uu_line(line: bytes) -> bytes | None:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        return None
