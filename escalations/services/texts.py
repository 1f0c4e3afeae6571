"""What people write into a record: some words, not too many."""

from django.utils.translation import gettext as _

from accounts.errors import RuleViolation

LONGEST = 4_000


class TextNotPossible(RuleViolation):
    code = "text_not_possible"


def words_of(text: str, *, field: str, least: int = 3, most: int = LONGEST) -> str:
    """Return the text without blanks around it.

    :raises TextNotPossible: with fewer letters and digits than ``least``, or more than ``most``
        characters.
    """
    text = text.strip()
    if sum(letter.isalnum() for letter in text) < least or len(text) > most:
        raise TextNotPossible(
            _("Say it in %(least)d letters at least and %(most)d characters at most.")
            % {"least": least, "most": most},
            field=field,
        )
    return text


def line_of(text: str, *, field: str, least: int = 3, most: int = 250) -> str:
    """Return the text as one line.

    :raises TextNotPossible: as ``words_of``.
    """
    return words_of(" ".join(text.split()), field=field, least=least, most=most)
