"""How words are made findable. Pure; the same folding for what is stored and what is asked."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+(?:[-.@_][^\W_]+)*", re.UNICODE)
MAX_WORDS = 12
#: PostgreSQL refuses lexemes over 2046 bytes and vectors over 1 MB; mail may bring both.
MAX_TEXT = 60_000
MAX_WORD = 200


def fold(text: str) -> str:
    """Lower the case and take accents off, so that “Müller” and “muller” are one word."""
    plain = text[:MAX_TEXT].replace("\x00", " ")
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain)
        plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    folded = plain.casefold()
    return " ".join(word[:MAX_WORD] for word in folded.split())


def lexemes(text: str) -> list[str]:
    """Return the words of a text as they are stored, in their order."""
    return _WORD.findall(fold(text))
