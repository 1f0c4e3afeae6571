"""The prefixes that mail programs pile up in subjects."""

import re

from helpdesk.mail.charsets import clean_line

SUBJECT_CHARS = 250

_REPLY = re.compile(
    r"\s*(?:re|aw|antw|antwort|sv|vs|r|rif|ref|res|odp|ynt|bls|rép|réf|vá|atb)"
    r"(?:\[\d{1,3}\]|\^\d{1,3})?\s?[:：]\s*",
    re.IGNORECASE,
)
_FORWARD = re.compile(r"\s*(?:fwd?|wg|tr|rv|i|enc|doorst|vb|pd)\s?[:：]", re.IGNORECASE)


def without_reply_prefixes(subject: str) -> tuple[str, bool]:
    """Return the subject behind "Re: AW: Re:" and whether there was such a prefix."""
    position = 0
    while prefix := _REPLY.match(subject, position):
        position = prefix.end()
    return subject[position:].strip(), position > 0


def is_forward(subject: str) -> bool:
    """Whether the outermost prefix says that another message is passed on."""
    return _FORWARD.match(subject) is not None


def clean_subject(subject: str) -> str:
    return clean_line(subject, SUBJECT_CHARS)
