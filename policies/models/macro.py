"""Replies written once and used often."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import TeamMembership


class MacroQuerySet(models.QuerySet):
    def usable_by(self, user):
        """Macros in use for everybody, and those of the person's teams."""
        teams = TeamMembership.objects.filter(user=user).values("team")
        return self.filter(Q(team=None) | Q(team__in=teams), is_in_use=True)

    def by_name(self):
        return self.order_by("name", "pk")


class Macro(models.Model):
    """A text with a few words in braces that the server fills in: ``{name}``, ``{order}``.

    Without a team it is everybody's. What is no longer in use is kept, because it was sent.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    text = models.TextField(_("text"), max_length=5000)
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, null=True, related_name="macros"
    )
    is_in_use = models.BooleanField(_("in use"), default=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = MacroQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="macro_says_something", condition=~Q(text="")),
            models.CheckConstraint(name="macro_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self):
        return self.name
