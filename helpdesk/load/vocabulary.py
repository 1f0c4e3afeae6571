"""Words of the bulk data: a small grammar of sentences, and names nobody has. Pure."""

import random
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

_GRAMMAR = tomllib.loads(Path(__file__).with_name("grammar.toml").read_text(encoding="utf-8"))
_SLOTS, _SENTENCES, _UNIQUE = _GRAMMAR["slots"], _GRAMMAR["sentences"], _GRAMMAR["unique"]
_SYLLABLES, _ENDINGS = _GRAMMAR["syllables"], _GRAMMAR["endings"]
PRODUCTS = _SLOTS["product"]
#: Sentences ready for use of each kind; messages draw from them.
_POOL = 4000
SHORTEST, LONGEST, _PARAGRAPH = 40, 2000, 4
_MEDIAN, _SPREAD = 5.48, 0.8  # of the logarithm: 240 characters


@dataclass(frozen=True)
class Pen:
    """Writes subjects and messages; the same ``chance`` writes the same."""

    chance: random.Random
    _pools: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, seed: int) -> "Pen":
        chance = random.Random(f"{seed} pools")
        pools = {
            kind: [fill(chance.choice(sentences), chance) for _ in range(_POOL)]
            for kind, sentences in _SENTENCES.items()
        }
        return cls(chance, pools)

    def with_chance(self, chance: random.Random) -> "Pen":
        return Pen(chance, self._pools)

    def subject(self) -> str:
        text = self.chance.choice(self._pools["subject"])
        return text[0].upper() + text[1:]

    def message(self, kind: str) -> str:
        """Return a text of 40 to 2,000 characters, log-normal with a median of 240.

        Written for COPY: a line break is a backslash and an n.
        """
        chance, pool = self.chance, self._pools[kind]
        length = min(LONGEST, max(SHORTEST, int(chance.lognormvariate(_MEDIAN, _SPREAD))))
        pieces = [self._unique()] if chance.random() < 0.3 else []
        written = len(pieces[0]) if pieces else -1
        while written < length:
            pieces.append(pool[int(chance.random() * _POOL)])
            written += len(pieces[-1]) + 1
        # A paragraph's end is one character longer than the space it stands for.
        while written + len(pieces) // _PARAGRAPH > LONGEST:
            written -= len(pieces.pop()) + 1
        paragraphs = [
            " ".join(pieces[start : start + _PARAGRAPH])
            for start in range(0, len(pieces), _PARAGRAPH)
        ]
        return "\\n\\n".join(paragraphs)

    def _unique(self) -> str:
        return self.chance.choice(_UNIQUE).format(code=code(self.chance))


def fill(sentence: str, chance: random.Random) -> str:
    """Fill the slots of a sentence."""
    while "{" in sentence:
        before, _, rest = sentence.partition("{")
        slot, _, after = rest.partition("}")
        word = name(chance) if slot == "name" else chance.choice(_SLOTS[slot])
        sentence = f"{before}{word}{after}"
    return sentence


def name(chance: random.Random) -> str:
    """Invent a name; short ones come up again, long ones hardly ever."""
    syllables = 1 if chance.random() < 0.6 else 2
    stem = "".join(chance.choice(_SYLLABLES) for _ in range(syllables))
    return (stem + chance.choice(_ENDINGS)).capitalize()


def code(chance: random.Random) -> str:
    """Return a number that stands in one ticket only: 1 in 4 billion."""
    return f"NV{chance.getrandbits(32):08X}"
