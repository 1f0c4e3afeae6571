"""What of an input is not possible: every mistake by the path of its field. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

MAX_MISTAKES = 20
BIGGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Mistake:
    """A stable code for programs, and a sentence that says what is possible."""

    code: str
    message: str


class InvalidInput(ValueError):
    """``mistakes`` maps a path such as ``targets.resolution.levels.1.after`` to its mistake."""

    def __init__(self, mistakes: Mapping[str, Mistake]):
        said = (f"{path}: {mistake.message}" for path, mistake in mistakes.items())
        super().__init__("; ".join(said))
        self.mistakes = dict(mistakes)


class Notes:
    """Mistakes found while an input is read, the first of each path."""

    def __init__(self):
        self.mistakes: dict[str, Mistake] = {}

    def refuse(self, path: str, code: str, message: str) -> None:
        if len(self.mistakes) < MAX_MISTAKES:
            self.mistakes.setdefault(path, Mistake(code, message))

    def raise_if_any(self) -> None:
        """:raises InvalidInput: if anything was refused."""
        if self.mistakes:
            raise InvalidInput(self.mistakes)

    def mapping(self, raw: object, path: str, *, known: Collection[str]) -> Mapping:
        """Return the object with its known members only."""
        if not isinstance(raw, Mapping):
            self.refuse(path, "not_an_object", _("Give an object."))
            return {}
        for name in sorted(str(name)[:40] for name in set(raw) - set(known)):
            self.unknown(f"{path}.{name}".lstrip("."), known, code="unknown_field")
        return {name: value for name, value in raw.items() if name in known}

    def rows(self, raw: object, path: str, *, most: int, least: int = 0) -> list:
        if not isinstance(raw, (list, tuple)) or not least <= len(raw) <= most:
            message = _("Give a list of %(least)d to %(most)d.") % {"least": least, "most": most}
            self.refuse(path, "list_not_possible", message)
            return []
        return list(raw)

    def whole(self, raw: object, path: str, *, least: int, most: int = BIGGEST) -> int | None:
        """Return the whole number, or None after refusing it."""
        if isinstance(raw, bool) or not isinstance(raw, int):
            self.refuse(path, "not_a_whole_number", _("Give a whole number."))
            return None
        if not least <= raw <= most:
            message = _("Possible: %(least)d to %(most)d.") % {"least": least, "most": most}
            self.refuse(path, "out_of_range", message)
            return None
        return raw

    def text(self, raw: object, path: str, *, most: int, least: int = 0) -> str:
        """Return the text with single blanks, or nothing after refusing it."""
        words = " ".join(raw.split()) if isinstance(raw, str) else None
        is_storable = words is not None and "\x00" not in words and _is_unicode(words)
        if not is_storable or not least <= len(words) <= most:
            values = {"least": least, "most": most}
            message = _("Give a text of %(least)d to %(most)d characters.") % values
            self.refuse(path, "text_not_possible", message)
            return ""
        return words

    def unknown(self, path: str, possible: Iterable, *, code: str = "unknown_value") -> None:
        """Refuse what is not among the possible, saying what is."""
        names = ", ".join(str(one) for one in list(possible)[:40]) or _("nothing yet")
        message = _("This is not known here; possible: %(possible)s.") % {"possible": names}
        self.refuse(path, code, message)


def _is_unicode(words: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in words)
