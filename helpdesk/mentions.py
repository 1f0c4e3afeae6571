"""Who is meant by ``@Name`` in a text. Pure: no queries, no clock, linear in the text.

Somebody is named by the full name, by the part of the address before the ``@``, or by the first
name; each only where it means one person. The longest name wins.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: No name is longer, so that no more is looked at behind an ``@``.
LONGEST_NAME = 130


@dataclass(frozen=True)
class Named:
    """A person as far as a text can name them."""

    pk: int
    full_name: str
    email: str

    @property
    def first_name(self) -> str:
        return self.full_name.split(" ")[0]

    @property
    def local_part(self) -> str:
        return self.email.partition("@")[0]


@dataclass(frozen=True)
class MentionFound:
    """``words`` are as written, from ``start`` to ``end`` of the text, the ``@`` among them."""

    start: int
    end: int
    words: str
    person: int


def find_mentions(text: str, people: Iterable[Named]) -> list[MentionFound]:
    """Return who is mentioned, in the order of the text. An address is no mention."""
    names = names_of(people)
    return [found for start, end in _windows(text) if (found := _read(text, start, end, names))]


def names_of(people: Iterable[Named]) -> dict[str, int]:
    """Map every unambiguous name to its person; a full name is never hidden by a shorter one."""
    people = list(people)
    names: dict[str, int] = {}
    for kind in ("full_name", "local_part", "first_name"):
        for name, person in _unambiguous((getattr(one, kind), one.pk) for one in people).items():
            names.setdefault(name, person)
    return names


def _unambiguous(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    meant: dict[str, set[int]] = {}
    for name, person in pairs:
        meant.setdefault(_as_compared(name), set()).add(person)
    return {name: min(who) for name, who in meant.items() if name and len(who) == 1}


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Yield where an ``@`` stands and where what it may name ends; no two overlap."""
    start = text.find("@")
    while start >= 0:
        following = text.find("@", start + 1)
        if start == 0 or not _is_of_a_word(text[start - 1]):
            end = len(text) if following < 0 else following
            yield start, min(end, start + 1 + LONGEST_NAME)
        start = following


def _read(text: str, start: int, end: int, names: dict[str, int]) -> MentionFound | None:
    """Try the longest name first: "Anna Lee" before "Anna"."""
    line = text[start + 1 : end].partition("\n")[0]
    stop = start + 1 + len(line)
    if not line or not _is_of_a_word(line[0]):
        return None
    for cut in range(stop, start + 1, -1):
        if not _is_an_end(text, cut):
            continue
        person = names.get(_as_compared(text[start + 1 : cut]))
        if person is not None:
            return MentionFound(start, cut, text[start:cut], person)
    return None


def _is_an_end(text: str, cut: int) -> bool:
    """A name ends behind a letter, and not in the middle of a word."""
    if not _is_of_a_word(text[cut - 1]):
        return False
    return cut == len(text) or (not _is_of_a_word(text[cut]) and text[cut] != "@")


def _is_of_a_word(character: str) -> bool:
    return (
        character.isalnum() or character == "_" or unicodedata.category(character).startswith("M")
    )


def _as_compared(name: str) -> str:
    composed = unicodedata.normalize("NFC", name)
    return " ".join(unicodedata.normalize("NFC", composed.casefold()).split())
