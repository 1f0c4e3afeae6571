"""The catalogue of root causes: groups, and the causes in them."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from accounts.services.values import NameIsTaken, NothingChanged, refused_as, tidy_name
from escalations.models import RootCause

MAX_NAME = 80
ONE_PER_GROUP = "one_root_cause_per_name_and_group"


class CauseNotPossible(RuleViolation):
    code = "root_cause_not_possible"


@transaction.atomic
def add_root_cause(*, name: str, parent: RootCause | None = None, by) -> RootCause:
    """Add a cause to a group; without ``parent`` it is a group of its own.

    :raises CauseNotPossible: below a cause that is in a group itself: there are two levels.
    :raises NameIsTaken: if the group has a cause of that name.
    """
    require(by, Act.MANAGE_ROUTES)
    if parent is not None and parent.parent_id:
        message = _("Causes have two levels: choose a group.")
        raise CauseNotPossible(message, field="parent")
    name = tidy_name(name, limit=MAX_NAME, field="name")
    with refused_as(_taken(), by=ONE_PER_GROUP):
        return RootCause.objects.create(name=name, parent=parent)


@transaction.atomic
def rename_root_cause(cause_id: int, *, name: str, by) -> RootCause:
    """Call a cause something else, also in completed investigations: it is the same cause.

    :raises NameIsTaken: if the group has a cause of that name.
    """
    require(by, Act.MANAGE_ROUTES)
    cause = _locked(cause_id)
    cause.name = tidy_name(name, limit=MAX_NAME, field="name")
    with refused_as(_taken(), by=ONE_PER_GROUP):
        cause.save(update_fields=["name"])
    return cause


def retire_root_cause(cause_id: int, *, by) -> RootCause:
    """Offer a cause, and those in its group, no more; investigations keep what they chose."""
    return _use(cause_id, is_active=False, by=by)


def restore_root_cause(cause_id: int, *, by) -> RootCause:
    return _use(cause_id, is_active=True, by=by)


def causes_offered():
    """Return the causes that can be chosen, in the order of their groups."""
    causes = RootCause.objects.filter(parent__isnull=False, is_active=True, parent__is_active=True)
    return causes.select_related("parent").order_by("parent__name", "name", "pk")


@transaction.atomic
def _use(cause_id: int, *, is_active: bool, by) -> RootCause:
    require(by, Act.MANAGE_ROUTES)
    cause = _locked(cause_id)
    if cause.is_active == is_active:
        raise NothingChanged(_("It is so already."))
    cause.is_active = is_active
    cause.save(update_fields=["is_active"])
    return cause


def _locked(cause_id: int) -> RootCause:
    return RootCause.objects.select_for_update(no_key=True).get(pk=cause_id)


def _taken() -> NameIsTaken:
    return NameIsTaken(_("The group has a cause of this name already."), field="name")
