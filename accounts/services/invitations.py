"""Bringing somebody in: an account without a password, and the first password."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from accounts import events
from accounts.errors import RuleViolation
from accounts.models import PeopleKind, Role, User
from accounts.permissions import require
from accounts.rules import Act
from accounts.services.memberships import Seat, in_words, take_seats
from accounts.services.people import MAX_NAME
from accounts.services.people_record import record
from accounts.services.values import refuse_unknown, refused_as, tidy_name


class AddressNotPossible(RuleViolation):
    code = "address_not_possible"


class AddressIsTaken(RuleViolation):
    code = "address_is_taken"


class InvitationIsOver(RuleViolation):
    code = "invitation_is_over"


@transaction.atomic
def invite_person(
    *,
    email: str,
    full_name: str,
    role: str = Role.AGENT,
    seats: Iterable[Seat] = (),
    language: str = settings.LANGUAGE_CODE,
    time_zone: str = settings.TIME_ZONE,
    by,
    at: datetime,
) -> User:
    """Give somebody an account without a password, and owe them a letter that lets them set one.

    :raises AddressIsTaken: if somebody signs in with the address.
    :raises AddressNotPossible: for what is no address.
    :raises NameNotPossible: for a name that is empty or too long.
    :raises ValueNotPossible: for an unknown role, language or time zone.
    :raises TeamNamedTwice: if a team is among the seats more than once.
    """
    require(by, Act.MANAGE_PEOPLE)
    full_name = tidy_name(full_name, limit=MAX_NAME, field="full_name")
    email = _tidy_address(email)
    refuse_unknown(role, Role.values, field="role")
    refuse_unknown(language, dict(settings.LANGUAGES), field="language")
    zones = available_timezones()
    refuse_unknown(time_zone, zones, field="time_zone", example=_("names as Europe/Berlin"))
    taken = AddressIsTaken(
        _("Somebody signs in with %(email)s already.") % {"email": email}, field="email"
    )
    with refused_as(taken, by="accounts_user_email_key"):
        user = User.objects.create_user(
            email, full_name=full_name, role=role, language=language, time_zone=time_zone
        )
    seats = list(seats)
    take_seats(user, seats)
    label = Role(user.role).label
    after = format_lazy("{}; {}", label, in_words(seats)) if seats else label
    record(PeopleKind.INVITED, user=user, by=by, at=at, after=after)
    events.person_invited.send(User, user=user, at=at)
    return user


@transaction.atomic
def invite_again(user_id: int, *, by, at: datetime) -> User:
    """Owe somebody a new letter; the link of the one before ends.

    :raises InvitationIsOver: if they have a password, or are deactivated.
    """
    require(by, Act.MANAGE_PEOPLE)
    user = User.objects.locked(user_id)
    if user.has_usable_password() or not user.is_active:
        raise InvitationIsOver(
            _("%(name)s has accepted the invitation, or is deactivated.") % {"name": user}
        )
    user.password = make_password(None)
    user.save(update_fields=["password"])
    record(PeopleKind.INVITED_AGAIN, user=user, by=by, at=at)
    events.person_invited.send(User, user=user, at=at)
    return user


@transaction.atomic
def accept_invitation(user_id: int, *, password: str, at: datetime) -> User:
    """Set the first password.

    :raises InvitationIsOver: if there is one, or if they were deactivated meanwhile.
    """
    user = User.objects.locked(user_id)
    if user.has_usable_password() or not user.is_active:
        raise InvitationIsOver(_("This invitation is used up. Ask for a new link."))
    user.set_password(password)
    user.save(update_fields=["password"])
    record(PeopleKind.JOINED, user=user, by=user, at=at)
    return user


def _tidy_address(email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise AddressNotPossible(
            _("Write an address as name@company.example."), field="email"
        ) from error
    if len(email) > 254:
        raise AddressNotPossible(_("An address has at most 254 characters."), field="email")
    return email
