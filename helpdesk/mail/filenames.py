"""Names of attachments that no file system and no page can be fooled with."""

import re
import unicodedata

from helpdesk.mail.charsets import clean_line

NAME_CHARS = 150
_SUFFIX_CHARS = 20

_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")
_FORBIDDEN = re.compile(r'[<>:"|?*;%\\/]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
_UNNAMED = {
    **{"text/plain": "text.txt", "text/html": "text.html", "text/csv": "table.csv"},
    **{"image/jpeg": "image.jpg", "image/png": "image.png", "image/gif": "image.gif"},
    **{"image/webp": "image.webp", "text/calendar": "invitation.ics", "text/x-vcard": "card.vcf"},
    **{"application/pdf": "document.pdf", "application/zip": "archive.zip"},
    **{"message/rfc822": "message.eml", "message/delivery-status": "delivery-status.txt"},
    **{"text/rfc822-headers": "message-headers.txt", "application/ms-tnef": "winmail.dat"},
    **{"application/pgp-signature": "signature.asc", "application/pgp-encrypted": "pgp.asc"},
    **{"application/pkcs7-mime": "smime.p7m", "application/x-pkcs7-mime": "smime.p7m"},
    **{"application/pkcs7-signature": "smime.p7s"},
}


def safe_filename(declared: str, content_type: str) -> str:
    """Return a name of 1 to ``NAME_CHARS`` characters without path, control or
    direction characters, not reserved on any system, not hidden."""
    line = clean_line(unicodedata.normalize("NFC", declared[:2000]), 2000)
    base = re.split(r"[\\/]", _INVISIBLE.sub("", line).rstrip("\\/ "))[-1]
    name = _FORBIDDEN.sub("_", base).strip(" .")
    if not name:
        name = _UNNAMED.get(content_type, "attachment.bin")
    if _RESERVED.match(name):
        name = f"_{name}"
    return _shortened(name, NAME_CHARS)


def unique_filename(name: str, taken: set[str]) -> str:
    """Return the name, numbered where ``taken`` has it ("photo (2).jpg"), and take it.

    Case does not tell two names apart: some file systems do not either.
    """
    candidate, number = name, 1
    while candidate.casefold() in taken:
        number += 1
        stem, suffix = _split_suffix(name)
        ending = f" ({number}){suffix}"
        candidate = stem[: NAME_CHARS - len(ending)] + ending
    taken.add(candidate.casefold())
    return candidate


def _shortened(name: str, limit: int) -> str:
    stem, suffix = _split_suffix(name)
    return stem[: limit - len(suffix)].rstrip(" .") + suffix


def _split_suffix(name: str) -> tuple[str, str]:
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix) > _SUFFIX_CHARS:
        return name, ""
    return stem, dot + suffix
