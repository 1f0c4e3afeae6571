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
    decomposed = unicodedata.normalize("NFKD", text[:MAX_TEXT].replace("\x00", " "))
    folded = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    return " ".join(word[:MAX_WORD] for word in folded.split())


def prefix_query(text: str) -> str:
    """Write what somebody typed as a tsquery: every word must occur, each may be a beginning.

    Quoted words must stand next to each other. Returns "" where nothing can be searched for.
    """
    parts = []
    for position, piece in enumerate(text[:500].split('"')):
        words = [_lexeme(word) for word in _WORD.findall(fold(piece))]
        if position % 2 and words:
            parts.append("(" + " <-> ".join(words) + ")")
        else:
            parts.extend(f"{word}:*" for word in words)
    return " & ".join(parts[:MAX_WORDS])


def _lexeme(word: str) -> str:
    return "'" + word.replace("'", "''").replace("\\", "\\\\") + "'"
