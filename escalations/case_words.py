"""What a customer wrote, made ready to be asked for words. Pure; every step is linear."""

import re
from collections.abc import Iterable
from functools import cached_property

#: So much of the newest writing is looked at; a longer case has been read by people.
LONGEST_WRITING = 40_000
_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, whatever their case and what stands between them."""
    return tuple(_WORD.findall(text.casefold()))


class Writing:
    """The customer's messages of a case, the newest first. Read when the first word is asked."""

    def __init__(self, texts: Iterable[str] = ()):
        self._texts = tuple(texts)

    def has(self, phrase: tuple[str, ...]) -> bool:
        """Test whether the words stand there one after the other."""
        first, rest = phrase[0], phrase[1:]
        if not rest:
            return first in self._places
        return any(
            self._words[place + 1 : place + 1 + len(rest)] == rest
            for place in self._places.get(first, ())
        )

    @cached_property
    def _words(self) -> tuple[str, ...]:
        read, left = [], LONGEST_WRITING
        for text in self._texts:
            # Nothing goes on from one message into the next.
            read += [*words_of(text[:left]), ""]
            left -= len(text)
            if left <= 0:
                break
        return tuple(read)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for place, word in enumerate(self._words):
            places.setdefault(word, []).append(place)
        return places
