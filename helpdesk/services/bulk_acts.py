"""Which acts can be done on many tickets, and what each takes: as REST speaks it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Team, User
from accounts.rules import Act
from helpdesk.models import Priority, Status, Ticket
from helpdesk.rules import tag_name
from helpdesk.services import assignment, lifecycle, merging, triage
from helpdesk.whole_numbers import BIGGEST_ID

STATUSES = tuple(status for status in Status.values if status != Status.CLOSED)
PRIORITIES = {choice.name.lower(): choice.value for choice in Priority}


class ArgumentRefused(ValueError):
    """An argument that is not possible; ``name`` is the argument's."""

    def __init__(self, name: str, sentence: str):
        super().__init__(sentence)
        self.name = name


@dataclass(frozen=True)
class BulkAct:
    """``read`` checks what came in and says it one way; ``load`` makes the service's argument.

    ``words`` name an act of an app above; with ``group`` it is offered in lists under that title.
    """

    role_act: Act
    service: Callable
    argument: str = ""
    read: Callable[[object, User], object] | None = None
    load: Callable[[object], object] = lambda value: value
    keyword: str = ""
    words: str | Promise = ""
    group: str | Promise = ""

    def arguments(self, given: dict, *, by: User) -> dict:
        """Read the arguments of the act.

        :raises ArgumentRefused: naming the argument and what is possible.
        """
        for name in given:
            if name != self.argument:
                possible = self.argument or _("nothing")
                raise ArgumentRefused(
                    name[:40],
                    _("This is not known here; possible: %(possible)s.") % {"possible": possible},
                )
        if not self.argument:
            return {}
        if self.argument not in given:
            raise ArgumentRefused(self.argument, _("This is required."))
        return {self.argument: self._checked(given[self.argument], by)}

    def keywords(self, arguments: dict) -> dict:
        """Return what the service takes."""
        if not self.argument:
            return {}
        return {self.keyword or self.argument: self.load(arguments[self.argument])}

    def _checked(self, value: object, by: User) -> object:
        try:
            return self.read(value, by)
        except ValueError as error:
            raise ArgumentRefused(self.argument, str(error)) from error


def _key(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= BIGGEST_ID:
        raise ValueError(_("Give an id, a whole number from 1 on."))
    return value


def _row_or_nobody(rows) -> Callable[[object, User], int | None]:
    def read(value: object, by: User) -> int | None:
        if value is not None and not rows().filter(pk=_key(value)).exists():
            raise ValueError(_("There is nothing with the id %(id)s.") % {"id": value})
        return value

    return read


def _one_of(names) -> Callable[[object, User], str]:
    def read(value: object, by: User) -> str:
        if not isinstance(value, str) or value not in names:
            raise ValueError(_("Possible: %(possible)s.") % {"possible": ", ".join(names)})
        return value

    return read


def _tag(value: object, by: User) -> str:
    name = tag_name(value) if isinstance(value, str) and len(value) <= 250 else ""
    is_unicode = not any("\ud800" <= letter <= "\udfff" for letter in name)
    if not 1 <= len(name) <= 40 or "," in name or "\x00" in name or not is_unicode:
        raise ValueError(_("A tag has 1 to 40 characters and no comma."))
    return name


def _ticket(value: object, by: User) -> int:
    if not Ticket.objects.visible_to(by).filter(pk=_key(value)).exists():
        raise ValueError(_("There is no ticket %(number)s.") % {"number": value})
    return value


def _loaded(model) -> Callable[[int | None], object]:
    return lambda value: None if value is None else model.objects.get(pk=value)


#: Acts that lists and REST offer. Apps above add theirs when they start.
BULK_ACTS = {
    "assign": BulkAct(
        Act.ASSIGN,
        assignment.assign_ticket,
        "assignee",
        _row_or_nobody(User.objects.active),
        _loaded(User),
    ),
    "move": BulkAct(
        Act.ASSIGN, assignment.move_to_team, "team", _row_or_nobody(Team.objects.all), _loaded(Team)
    ),
    "tag": BulkAct(Act.TAG, triage.add_tag, "tag", _tag, keyword="name"),
    "untag": BulkAct(Act.TAG, triage.remove_tag, "tag", _tag, keyword="name"),
    "change-status": BulkAct(
        Act.CHANGE_STATUS, lifecycle.change_status, "status", _one_of(STATUSES)
    ),
    "solve": BulkAct(Act.CHANGE_STATUS, lifecycle.solve_ticket),
    "change-priority": BulkAct(
        Act.TRIAGE, triage.change_priority, "priority", _one_of(PRIORITIES), PRIORITIES.get
    ),
    "merge": BulkAct(Act.MERGE, merging.merge_ticket, "into", _ticket),
}

#: Acts that apps above start from a page of their own; they are offered in no list.
ACTS_OF_APPS: dict[str, BulkAct] = {}


def act_named(name: str) -> BulkAct:
    """:raises KeyError: for an act that nobody knows."""
    return BULK_ACTS.get(name) or ACTS_OF_APPS[name]
