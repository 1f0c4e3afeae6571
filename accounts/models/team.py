"""Tiers, teams, skills: where a hard case can go."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Tier(models.Model):
    """A level of authority. Customers write to customer-facing tiers only."""

    level = models.PositiveSmallIntegerField(_("level"), unique=True)
    name = models.CharField(_("name"), max_length=60, unique=True)
    is_customer_facing = models.BooleanField(_("customers may write to it"), default=False)

    def __str__(self):
        return self.name


class TeamQuerySet(models.QuerySet):
    def by_tier(self):
        return self.select_related("tier").order_by("tier__level", "name")

    def of(self, user):
        return self.filter(memberships__user=user)


class Team(models.Model):
    name = models.CharField(_("name"), max_length=80)
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="teams")

    objects = TeamQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="team_name_is_unique_whatever_its_case")
        ]

    def __str__(self):
        return self.name


class TeamMembership(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    is_lead = models.BooleanField(_("leads the team"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_membership_per_team", fields=["user", "team"])
        ]

    def __str__(self):
        return f"{self.user} in {self.team}"


class Skill(models.Model):
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="skill_name_is_unique_whatever_its_case")
        ]

    def __str__(self):
        return self.name


class SkillLevel(models.Model):
    """How well somebody knows a subject: 1 learning, 3 solid, 5 teaches it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="skill_levels"
    )
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="levels")
    level = models.PositiveSmallIntegerField(_("level"))

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_level_per_skill", fields=["user", "skill"]),
            models.CheckConstraint(
                name="skill_level_from_1_to_5", condition=models.Q(level__range=(1, 5))
            ),
        ]

    def __str__(self):
        return f"{self.skill} {self.level}"
