"""Views people make for themselves or share with a team."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import TeamMembership


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, and those shared with one's teams."""
        if not user.is_active:
            return self.none()
        teams = TeamMembership.objects.filter(user=user).values("team_id")
        return self.filter(Q(owner=user) | Q(team__in=teams))


class SavedView(models.Model):
    """A named filter. ``conditions`` is a tree of AND/OR groups, read by helpdesk.conditions."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.CASCADE, null=True, related_name="saved_views"
    )
    name = models.CharField(_("name"), max_length=60)
    conditions = models.JSONField()
    sort = models.CharField(_("order"), max_length=12, default="urgency")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="saved_view_name_taken_once_per_owner", fields=["owner", "name"]
            ),
            models.CheckConstraint(name="saved_view_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self):
        return self.name
