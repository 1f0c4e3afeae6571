"""What somebody typed into the search, read. Pure: text in, plan out, and never an exception.

``printer status:open,pending assignee:me -tag:vip "exact words" -refund``: words, which must all
occur; words in quotes, which must stand side by side; operators; and a hyphen before anything
that must not be.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from helpdesk import due_words
from helpdesk.search_text import MAX_WORD, MAX_WORDS, fold, lexemes

MAX_TEXT = 500
STATUSES = ("new", "open", "pending", "on_hold", "solved", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")
CHANNELS = ("email", "amazon", "shopify", "ebay", "walmart", "phone", "web")

#: The values an operator can have; None where they are names, numbers or dates.
OPERATORS: dict[str, tuple[str, ...] | None] = {
    "status": STATUSES,
    "priority": PRIORITIES,
    "assignee": None,
    "team": None,
    "channel": CHANNELS,
    "tag": None,
    "customer": None,
    "order": None,
    "sku": None,
    "before": None,
    "after": None,
    "due": None,
    "has": ("attachment", "order"),
    "is": ("followed", "unassigned", "merged", "breached", "escalated"),
}
DATES = frozenset({"before", "after"})

_PIECE = re.compile(
    r"""(?P<no>-?)(?:
        (?P<name>[A-Za-z_]+):(?P<value>"[^"]*"?|[^\s"/][^\s"]*|(?=\s|$))
        | "(?P<phrase>[^"]*)"?
        | (?P<word>[^\s"]+)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Condition:
    """``values`` are alternatives: one of them is enough."""

    operator: str
    values: tuple[str, ...]
    is_negated: bool = False


@dataclass(frozen=True)
class Search:
    """``tsquery`` is "" where no word is looked for; ``problems`` are sentences for the reader."""

    tsquery: str = ""
    words: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.tsquery and not self.conditions


@dataclass
class _Reading:
    query: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_search(text: str) -> Search:
    """Read what was typed. What cannot be understood becomes a sentence in ``problems``."""
    reading = _Reading()
    for piece in _PIECE.finditer(text[:MAX_TEXT].replace("\x00", " ")):
        _read_piece(piece, reading)
    return Search(
        " & ".join(reading.query[:MAX_WORDS]),
        tuple(dict.fromkeys(reading.words))[:MAX_WORDS],
        tuple(reading.conditions),
        tuple(dict.fromkeys(reading.problems)),
    )


def _read_piece(piece: re.Match, reading: _Reading) -> None:
    name, is_negated = piece["name"], bool(piece["no"])
    if name is None:
        _read_words(piece, reading, is_negated=is_negated)
    elif name.lower() in OPERATORS:
        _read_operator(name.lower(), piece["value"].strip('"'), reading, is_negated=is_negated)
    elif not piece["value"]:
        _add_words(lexemes(name), reading, is_negated=is_negated)
    else:
        possible = ", ".join(f"{operator}:" for operator in OPERATORS)
        reading.problems.append(
            _("%(operator)s: is not known here; possible: %(possible)s.")
            % {"operator": name[:40], "possible": possible}
        )


def _read_words(piece: re.Match, reading: _Reading, *, is_negated: bool) -> None:
    if piece["phrase"] is None:
        _add_words(lexemes(piece["word"]), reading, is_negated=is_negated)
        return
    words = lexemes(piece["phrase"])
    if words:
        together = " <-> ".join(_quoted(word) for word in words)
        reading.query.append(f"{'!' if is_negated else ''}({together})")
        reading.words += [] if is_negated else words


def _add_words(words: list[str], reading: _Reading, *, is_negated: bool) -> None:
    for word in words:
        reading.query.append(f"{'!' if is_negated else ''}{_quoted(word)}:*")
    reading.words += [] if is_negated else words


def _read_operator(operator: str, value: str, reading: _Reading, *, is_negated: bool) -> None:
    values = tuple(part for part in (part.strip() for part in value.split(",")) if part)
    problem = _problem(operator, values)
    if problem:
        reading.problems.append(problem)
        return
    if OPERATORS[operator]:
        values = tuple(_choice(part) for part in values)
    reading.conditions.append(Condition(operator, values[:MAX_WORDS], is_negated))


def _problem(operator: str, values: tuple[str, ...]) -> str:
    if not values:
        needed = _("%(operator)s: needs a value.") % {"operator": operator}
        return f"{needed} {_examples(operator)}".strip()
    wrong = next((value for value in values if not _is_possible(operator, value)), None)
    if not wrong:
        return ""
    refused = _("%(search)s is not possible.") % {"search": f"{operator}:{wrong[:40]}"}
    return f"{refused} {_examples(operator)}".strip()


def _is_possible(operator: str, value: str) -> bool:
    if operator in DATES:
        return read_date(value) is not None
    if operator == "due":
        return due_words.read_due(value) is not None
    choices = OPERATORS[operator]
    return len(value) <= MAX_WORD if choices is None else _choice(value) in choices


def _examples(operator: str) -> str:
    if operator in DATES:
        return _("Give a date as 2026-01-31.")
    choices = due_words.EXAMPLES if operator == "due" else OPERATORS[operator]
    if choices:
        return _("Possible: %(possible)s.") % {"possible": ", ".join(choices)}
    return _("Give a name, me or nobody.") if operator == "assignee" else ""


def _choice(value: str) -> str:
    return value.lower().replace("-", "_")


def read_date(value: str) -> date | None:
    """Read a day as ISO 8601 writes it, or None."""
    try:
        return date.fromisoformat(value) if len(value) == 10 else None
    except ValueError:
        return None


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("'", "''").replace("\\", "\\\\") + "'"


@dataclass(frozen=True)
class Excerpt:
    """A piece of a text, and where in it the found words stand (from, to)."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


def excerpt(text: str, words: tuple[str, ...], *, around: int = 60, length: int = 180) -> Excerpt:
    """Cut out where the words stand first; accents and capitals do not matter."""
    spans = find_words(text, words)
    if not spans:
        return Excerpt("")
    start = max(0, spans[0][0] - around)
    start = 0 if start == 0 else text.find(" ", start, spans[0][0]) + 1 or start
    piece = text[start : start + length]
    marks = tuple((begin - start, end - start) for begin, end in spans if end - start <= len(piece))
    return Excerpt(piece, marks)


def find_words(text: str, words: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return where words of the text begin with one of ``words``, as positions in the text."""
    if not words:
        return []
    longest_first = sorted(words, key=len, reverse=True)
    pattern = re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, longest_first))})")
    if text.isascii():
        return [match.span() for match in pattern.finditer(text.lower())]
    folded, origin = [], []
    for position, character in enumerate(text):
        plain = " " if character.isspace() else fold(character)
        folded.append(plain)
        origin += [position] * len(plain)
    spans = (match.span() for match in pattern.finditer("".join(folded)))
    return [(origin[begin], origin[end - 1] + 1) for begin, end in spans]
