"""What a name or a choice can be, and how a broken constraint is said in words."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation


class NameNotPossible(RuleViolation):
    code = "name_not_possible"


class NameIsTaken(RuleViolation):
    code = "name_is_taken"


class ValueNotPossible(RuleViolation):
    code = "value_not_possible"


class NothingChanged(RuleViolation):
    code = "nothing_changed"


def tidy_name(name: str, *, limit: int, field: str) -> str:
    """Return the name with single blanks.

    :raises NameNotPossible: if nothing is left of it, or more than ``limit`` characters.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= limit:
        raise NameNotPossible(
            _("A name has 1 to %(limit)d characters.") % {"limit": limit}, field=field
        )
    return name


def refuse_unknown(value: object, known: Collection, *, field: str, example: str = "") -> None:
    """:raises ValueNotPossible: if the value is not among the known ones, saying what is."""
    if value not in known:
        possible = example or ", ".join(str(one) for one in known)
        raise ValueNotPossible(_("Possible: %(possible)s.") % {"possible": possible}, field=field)


@contextmanager
def refused_as(violation: RuleViolation, *, by: str) -> Iterator[None]:
    """Raise the violation where the database refuses by the constraint called ``by``."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if error.__cause__.diag.constraint_name != by:
            raise
        raise violation from error
