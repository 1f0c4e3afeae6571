"""Escalation routes: which cases go to which tier, and what they must bring along."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from escalations.models.versions import NotedVersion, Ordered
from helpdesk.models import Priority


class EscalationRoute(Ordered):
    """One way up. ``current`` is the version new escalations follow."""

    current = models.OneToOneField(
        "escalations.RouteVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="route_name_is_unique_whatever_its_case"),
            models.UniqueConstraint(
                name="routes_are_asked_one_after_the_other",
                fields=["position"],
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]


class RouteMode(models.TextChoices):
    SUGGEST = "suggest", _("Suggest it to the agent")
    AT_ONCE = "at_once", _("Escalate at once")
    BY_HAND = "by_hand", _("Only by hand")


class RouteVersion(NotedVersion):
    """What a route said from one moment on. Never changed: escalations keep the one they took.

    ``criteria`` is a tree of AND and OR groups (``escalations.criteria``), none for a route that
    is chosen by hand. ``questions`` are the facts the escalating agent must give:
    ``{"key", "label", "kind", "choices", "is_required"}``. ``accept_after`` makes a case accepted
    by itself so many seconds after its acceptance was due; none leaves it to the levels.
    """

    SAYS = ("mode", "criteria", "questions", "team_id", "skill_id", "priority", "accept_after")

    route = models.ForeignKey(EscalationRoute, on_delete=models.PROTECT, related_name="versions")
    mode = models.CharField(max_length=8, choices=RouteMode, default=RouteMode.SUGGEST)
    criteria = models.JSONField(default=dict)
    questions = models.JSONField(default=list)
    team = models.ForeignKey(
        "accounts.Team",
        on_delete=models.PROTECT,
        verbose_name=_("designated team"),
        related_name="+",
    )
    skill = models.ForeignKey(
        "accounts.Skill",
        on_delete=models.PROTECT,
        null=True,
        verbose_name=_("skill"),
        related_name="+",
    )
    priority = models.PositiveSmallIntegerField(_("priority at least"), choices=Priority, null=True)
    accept_after = models.PositiveIntegerField(_("accepted by itself after"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_route_version_per_number", fields=["route", "number"]
            ),
            models.CheckConstraint(
                name="route_mode_is_known", condition=Q(mode__in=RouteMode.values)
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="route_versions_never_change",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self):
        return f"{self.route}, version {self.number}"


class SuggestionState(models.TextChoices):
    OPEN = "open", _("Open")
    TAKEN = "taken", _("Taken")
    DISMISSED = "dismissed", _("Should not have been suggested")
    WITHDRAWN = "withdrawn", _("No longer met")


class RouteSuggestion(models.Model):
    """A route whose criteria a ticket met, with why, and what became of it.

    ``because`` holds the conditions that were met and the values they met them with.
    """

    ticket = models.ForeignKey(
        "helpdesk.Ticket", on_delete=models.PROTECT, related_name="route_suggestions"
    )
    version = models.ForeignKey(RouteVersion, on_delete=models.PROTECT, related_name="suggestions")
    route = models.ForeignKey(EscalationRoute, on_delete=models.PROTECT, related_name="suggestions")
    because = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=SuggestionState, default=SuggestionState.OPEN)
    made_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=250, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_suggestion_per_ticket_and_route",
                fields=["ticket", "route"],
                condition=Q(state="open"),
            ),
            models.CheckConstraint(
                name="suggestion_decided_exactly_when_not_open",
                condition=Q(state="open", decided_at=None)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
            ),
        ]
        indexes = [models.Index("route", "made_at", name="suggestions_of_route")]

    def __str__(self):
        return f"{self.route} for {self.ticket_id}"
