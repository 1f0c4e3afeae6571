"""Who changed what for whom, in the order it was committed. Nothing here changes."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PeopleKind(models.TextChoices):
    INVITED = "person.invited", _("invited them")
    INVITED_AGAIN = "person.invited_again", _("invited them again")
    INVITATION_MAILED = "person.invitation_mailed", _("the invitation left by mail")
    JOINED = "person.joined", _("accepted the invitation")
    RENAMED = "person.renamed", _("changed the name")
    ROLE_CHANGED = "person.role", _("changed the role")
    DEACTIVATED = "person.deactivated", _("deactivated them")
    REACTIVATED = "person.reactivated", _("reactivated them")
    TEAMS_CHANGED = "person.teams", _("changed the teams")
    SKILLS_CHANGED = "person.skills", _("changed the skills")
    HOURS_CHANGED = "person.hours", _("changed the working hours")
    LEAVE_ADDED = "person.leave_added", _("added leave")
    LEAVE_REMOVED = "person.leave_removed", _("removed leave")
    TEAM_CREATED = "team.created", _("created the team")
    TEAM_RENAMED = "team.renamed", _("renamed the team")
    TEAM_MOVED = "team.tier", _("moved the team to another tier")
    TIER_CREATED = "tier.created", _("created the tier")
    TIER_RENAMED = "tier.renamed", _("renamed the tier")


class PeopleEntryQuerySet(models.QuerySet):
    def newest_first(self):
        return self.order_by("-pk")

    def of(self, user):
        return self.filter(user=user)


def _about_exactly(one: str) -> Q:
    others = {"user", "team", "tier"} - {one}
    return Q(**{f"{one}__isnull": False}, **{f"{other}__isnull": True for other in others})


class PeopleEntry(models.Model):
    """One act on a person, a team or a tier. ``before`` and ``after`` are words for a reader.

    Without actor the system itself acted.
    """

    kind = models.CharField(max_length=32, choices=PeopleKind)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="record"
    )
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, null=True, related_name="record"
    )
    tier = models.ForeignKey(
        "accounts.Tier", on_delete=models.PROTECT, null=True, related_name="record"
    )
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)

    objects = PeopleEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_entry_is_about_one_person_team_or_tier",
                condition=_about_exactly("user") | _about_exactly("team") | _about_exactly("tier"),
            ),
            models.CheckConstraint(
                name="people_entry_kind_is_known", condition=Q(kind__in=PeopleKind.values)
            ),
        ]
        indexes = [models.Index(name="people_entries_of_user", fields=["user", "id"])]
        triggers = [
            pgtrigger.Protect(
                name="the_record_of_people_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
            pgtrigger.Trigger(
                name="the_record_of_people_is_not_truncated",
                operation=pgtrigger.Truncate,
                when=pgtrigger.Before,
                level=pgtrigger.Statement,
                func="RAISE EXCEPTION 'The record of people is append-only.';",
            ),
        ]

    def __str__(self):
        return f"{self.kind} of {self.user or self.team or self.tier}"
