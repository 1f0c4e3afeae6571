"""People who work in Recourse."""

from zoneinfo import available_timezones

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody may do at all; accounts.rules says which role may do which act."""

    AGENT = "agent", _("Frontline agent")
    SPECIALIST = "specialist", _("Resolution specialist")
    TEAM_LEAD = "team_lead", _("Team lead")
    MANAGER = "manager", _("Manager")
    COMPLIANCE = "compliance", _("Compliance reviewer")
    ADMIN = "admin", _("Administrator")


def validate_time_zone(name: str) -> None:
    """:raises ValidationError: if ``name`` is not in the IANA time zone database."""
    if name not in available_timezones():
        raise ValidationError(
            _("%(name)s is not a time zone, e.g. Europe/Berlin."), params={"name": name}
        )


class UserQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def by_name(self):
        return self.order_by("full_name", "pk")

    def may_sign_in(self):
        return self.active().exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)

    def invited(self):
        """Who has not accepted the invitation yet."""
        return self.active().filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)

    def matching(self, words: str):
        """People whose name or address holds every word."""
        for word in words.split():
            self = self.filter(Q(full_name__icontains=word) | Q(email__icontains=word))
        return self

    def locked(self, pk: int):
        """Lock one person until the transaction ends, and return them as they are then."""
        return self.select_for_update(no_key=True).get(pk=pk)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def get_by_natural_key(self, username):
        return self.get(email=username.strip().lower())

    def create_user(self, email: str, password: str | None = None, **fields):
        """Create somebody who signs in with ``email`` (kept in lower case)."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields):
        return self.create_user(email, password, role=Role.ADMIN, **fields)


class User(AbstractBaseUser):
    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    full_name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.AGENT)
    language = models.CharField(_("language"), max_length=8, default="en")
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    signature = models.TextField(_("signature"), max_length=1000, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_at = models.DateTimeField(db_default=Now(), editable=False)
    teams = models.ManyToManyField(
        "accounts.Team", through="accounts.TeamMembership", related_name="members"
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="user_email_in_lower_case", condition=models.Q(email=Lower("email"))
            ),
            models.CheckConstraint(
                name="user_role_is_known", condition=models.Q(role__in=Role.values)
            ),
        ]

    def __str__(self):
        return self.full_name or self.email

    def get_full_name(self):
        return self.full_name

    def get_short_name(self):
        return self.full_name.split(" ")[0]
