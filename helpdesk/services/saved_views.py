"""Views that people keep for themselves or share with a team of theirs."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.models import Team, User
from helpdesk.conditions import read_conditions, write_conditions
from helpdesk.models import SavedView
from helpdesk.queue import SORTS

MAX_VIEWS = 50
MAX_NAME = 60


class TooManyViews(RuleViolation):
    code = "too_many_views"


class ViewRefused(RuleViolation):
    code = "view_refused"


@transaction.atomic
def save_view(
    *, name: str, conditions: dict, by: User, at: datetime, sort="urgency", team: Team | None = None
) -> SavedView:
    """Keep a view; with a team, its members have it too.

    :raises InvalidConditions: naming the path of what is not possible.
    :raises ViewRefused: for a name one has already, or a team one is not in.
    :raises TooManyViews: beyond ``MAX_VIEWS``.
    """
    User.objects.locked(by.pk)
    if SavedView.objects.filter(owner=by).count() >= MAX_VIEWS:
        raise TooManyViews(
            _("You have %(limit)d views. Delete one you no longer use.") % {"limit": MAX_VIEWS}
        )
    view = SavedView(owner=by, created_at=at)
    _set(view, name=name, conditions=conditions, sort=sort, team=team)
    _write(view, at=at)
    return view


@transaction.atomic
def change_view(view_id: int, *, by: User, at: datetime, **changes) -> SavedView:
    """Change name, conditions, sort or team; what is not named stays.

    :raises PermissionDenied: for a view somebody else shares.
    """
    User.objects.locked(by.pk)
    view = SavedView.objects.select_for_update().get(pk=view_id)
    _refuse_foreign(view, by)
    _set(view, **changes)
    _write(view, at=at)
    return view


@transaction.atomic
def delete_view(view_id: int, *, by: User) -> None:
    """Delete one's view, for everybody it is shared with.

    :raises PermissionDenied: for a view somebody else shares.
    """
    view = SavedView.objects.select_for_update().get(pk=view_id)
    _refuse_foreign(view, by)
    view.delete()


def _set(view: SavedView, **facts) -> None:
    if "conditions" in facts:
        facts["conditions"] = write_conditions(read_conditions(facts["conditions"]))
    if "name" in facts:
        facts["name"] = " ".join(facts["name"].split())
    for name, value in facts.items():
        setattr(view, name, value)


def _write(view: SavedView, *, at: datetime) -> None:
    if not 1 <= len(view.name) <= MAX_NAME:
        raise ViewRefused(
            _("A view has a name of 1 to %(limit)d characters.") % {"limit": MAX_NAME}, field="name"
        )
    if view.sort not in SORTS:
        raise ViewRefused(
            _("Possible: %(possible)s.") % {"possible": ", ".join(SORTS)}, field="sort"
        )
    same = SavedView.objects.filter(owner=view.owner, name=view.name).exclude(pk=view.pk)
    if same.exists():
        raise ViewRefused(
            _("You have a view “%(name)s” already.") % {"name": view.name}, field="name"
        )
    if view.team_id and not view.team.memberships.filter(user=view.owner).exists():
        raise ViewRefused(_("Share a view with a team you are in."), field="team")
    view.updated_at = at
    view.save()


def _refuse_foreign(view: SavedView, by: User) -> None:
    if view.owner_id != by.pk:
        raise PermissionDenied(_("Only %(name)s changes this view.") % {"name": view.owner})
