"""What a policy can name: rows and choices as they are spoken, kept and called. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Choice:
    """``spoken`` in REST and forms (a level, a short name), ``key`` as kept, and its words."""

    spoken: int | str
    key: int | str
    label: str


@dataclass(frozen=True)
class Known:
    """Choices by field: those of conditions, ``user`` for people, and ``calendar``.

    ``tier_of_team`` maps a team's id to that of its tier.
    """

    choices: Mapping[str, tuple[Choice, ...]]
    tier_of_team: Mapping[int, int] = field(default_factory=dict)

    def find(self, name: str, spoken: object) -> Choice | None:
        """Return the choice that is spoken so; ``True`` is not the id 1."""
        if isinstance(spoken, bool):
            return None
        return next((one for one in self.choices[name] if one.spoken == spoken), None)

    def of_key(self, name: str, key: object) -> Choice:
        """Return the choice kept under the key, as it can be said even when it is gone."""
        found = next((one for one in self.choices.get(name, ()) if one.key == key), None)
        return found or Choice(key, key, str(key))

    def spoken(self, name: str) -> list:
        return [one.spoken for one in self.choices[name]]
