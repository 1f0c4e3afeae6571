"""People who work here: their name, their role, and whether they may sign in."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.events import person_deactivated
from accounts.models import PeopleKind, Role, User
from accounts.permissions import require
from accounts.rules import Act
from accounts.services.people_record import record
from accounts.services.sessions import end_sessions, revoke_tokens
from accounts.services.values import NothingChanged, refuse_unknown, tidy_name

MAX_NAME = User._meta.get_field("full_name").max_length


class NotYourself(RuleViolation):
    code = "not_yourself"


class LastAdministrator(RuleViolation):
    code = "last_administrator"


@transaction.atomic
def rename_person(user_id: int, *, full_name: str, by, at: datetime) -> User:
    """:raises NameNotPossible: for a name that is empty or too long.
    :raises NothingChanged: if that is the name.
    """
    require(by, Act.MANAGE_PEOPLE)
    full_name = tidy_name(full_name, limit=MAX_NAME, field="full_name")
    user = User.objects.locked(user_id)
    before, user.full_name = user.full_name, full_name
    if before == full_name:
        raise NothingChanged(
            _("The name is %(name)s already.") % {"name": full_name}, field="full_name"
        )
    user.save(update_fields=["full_name"])
    record(PeopleKind.RENAMED, user=user, by=by, at=at, before=before, after=full_name)
    return user


@transaction.atomic
def change_role(user_id: int, *, role: str, by, at: datetime) -> User:
    """Give somebody another role; what it allows holds from their next click.

    :raises NotYourself: for one's own role.
    :raises LastAdministrator: if nobody else administers.
    :raises NothingChanged: if that is the role.
    """
    require(by, Act.MANAGE_PEOPLE)
    refuse_unknown(role, Role.values, field="role")
    user, is_last = _lock_with_administrators(user_id)
    _refuse_oneself(user, by, "role")
    if user.role == role:
        raise NothingChanged(
            _("The role is %(role)s already.") % {"role": Role(role).label}, field="role"
        )
    if is_last:
        raise LastAdministrator(
            _(
                "Nobody else administers, so this person keeps the role."
                " Make somebody an administrator first."
            ),
            field="role",
        )
    before, user.role = Role(user.role).label, role
    user.save(update_fields=["role"])
    after = Role(role).label
    record(PeopleKind.ROLE_CHANGED, user=user, by=by, at=at, before=before, after=after)
    return user


@transaction.atomic
def deactivate_person(user_id: int, *, by, at: datetime) -> User:
    """Let somebody in no more: their sessions end and their tokens are revoked at once.

    :raises NotYourself: for oneself.
    :raises LastAdministrator: if nobody else administers.
    :raises NothingChanged: if they are deactivated.
    """
    require(by, Act.MANAGE_PEOPLE)
    user, is_last = _lock_with_administrators(user_id)
    _refuse_oneself(user, by, "person")
    if not user.is_active:
        raise NothingChanged(_("%(name)s is deactivated already.") % {"name": user})
    if is_last:
        raise LastAdministrator(
            _(
                "Nobody else administers, so this person stays active."
                " Make somebody an administrator first."
            )
        )
    user.is_active = False
    user.save(update_fields=["is_active"])
    after = f"ended sessions: {end_sessions(user)}, revoked tokens: {revoke_tokens(user)}"
    record(PeopleKind.DEACTIVATED, user=user, by=by, at=at, after=after)
    person_deactivated.send(User, user=user, by=by, at=at)
    return user


@transaction.atomic
def reactivate_person(user_id: int, *, by, at: datetime) -> User:
    """Let somebody in again, with the password they had; old sessions and tokens stay ended.

    :raises NothingChanged: if they are active.
    """
    require(by, Act.MANAGE_PEOPLE)
    user = User.objects.locked(user_id)
    if user.is_active:
        raise NothingChanged(_("%(name)s is active already.") % {"name": user})
    # A login or a token that was being made while they were deactivated may have been left behind.
    end_sessions(user)
    revoke_tokens(user)
    user.is_active = True
    user.save(update_fields=["is_active"])
    record(PeopleKind.REACTIVATED, user=user, by=by, at=at)
    return user


def _lock_with_administrators(user_id: int) -> tuple[User, bool]:
    """Lock the person and every active administrator, in the order of their keys.

    Whoever takes an administrator away waits here for others who do, so that the last one is
    seen as the last one. Returns the person and whether nobody else administers.
    """
    administers = Q(role=Role.ADMIN, is_active=True)
    rows = User.objects.filter(administers | Q(pk=user_id)).order_by("pk")
    locked = {user.pk: user for user in rows.select_for_update(no_key=True)}
    if user_id not in locked:
        raise User.DoesNotExist(f"There is no person {user_id}.")
    user = locked[user_id]
    administrators = {pk for pk, one in locked.items() if one.role == Role.ADMIN and one.is_active}
    return user, administrators == {user_id}


def _refuse_oneself(user: User, by: User | None, field: str) -> None:
    if by is not None and by.pk == user.pk:
        if field == "role":
            sentence = _("You cannot change your own role; another administrator can.")
            raise NotYourself(sentence, field="role")
        raise NotYourself(_("You cannot deactivate yourself; another administrator can."))
