"""An escalation: a contract between who hands a case up and who takes it on."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import TeamMembership
from helpdesk.models import Priority


class EscalationState(models.TextChoices):
    WAITING = "waiting", _("Waits to be accepted")
    ACCEPTED = "accepted", _("Accepted")
    SENT_BACK = "sent_back", _("Sent back")
    FOR_DECISION = "for_decision", _("A lead decides")
    COMPLETED = "completed", _("Completed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


#: The contract runs. One per ticket.
RUNNING = (
    EscalationState.WAITING,
    EscalationState.ACCEPTED,
    EscalationState.SENT_BACK,
    EscalationState.FOR_DECISION,
)


class EscalationQuerySet(models.QuerySet):
    def running(self):
        return self.filter(state__in=RUNNING)

    def waiting(self):
        return self.filter(state=EscalationState.WAITING)

    def visible_to(self, user):
        """Whoever sees the ticket sees its escalations, and so do both sides of the contract.

        The first agent never loses sight of it, nor do the two teams.
        """
        if not user.is_active:
            return self.none()
        ticket = self.model._meta.get_field("ticket").related_model
        seen = Q(ticket__in=ticket.objects.visible_to(user).values("pk"))
        theirs = TeamMembership.objects.filter(user=user).values("team_id")
        sides = Q(team__in=theirs) | Q(from_team__in=theirs) | Q(first_agent=user)
        return self.filter(seen | sides)

    def locked(self, pk: int):
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


class Escalation(models.Model):
    """``version`` is the route as it was when the case went up; ``facts`` answers its questions.

    ``from_team`` and ``first_agent`` are where the case came from and goes back to. ``returns``
    counts how often it was sent back: after two a lead decides, and then it is binding
    (``is_binding``): it can be completed, not sent back again. The tier's clocks carry
    ``reference`` "escalation:<pk>".
    """

    ticket = models.ForeignKey(
        "helpdesk.Ticket", on_delete=models.PROTECT, related_name="escalations"
    )
    version = models.ForeignKey(
        "escalations.RouteVersion", on_delete=models.PROTECT, related_name="escalations"
    )
    from_tier = models.ForeignKey(
        "accounts.Tier", on_delete=models.PROTECT, null=True, related_name="+"
    )
    to_tier = models.ForeignKey("accounts.Tier", on_delete=models.PROTECT, related_name="+")
    from_team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, null=True, related_name="+"
    )
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, related_name="escalations")
    first_agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    specialist = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="escalations_taken",
    )
    state = models.CharField(
        max_length=12, choices=EscalationState, default=EscalationState.WAITING
    )
    priority = models.PositiveSmallIntegerField(choices=Priority)
    reason = models.TextField(_("reason"))
    facts = models.JSONField(default=dict)
    returns = models.PositiveSmallIntegerField(default=0)
    is_binding = models.BooleanField(default=False)
    escalated_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    resolution = models.TextField(_("how it was solved, for the first agent"), blank=True)
    outcome = models.CharField(max_length=40, blank=True)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_running_escalation_per_ticket",
                fields=["ticket"],
                condition=Q(state__in=RUNNING),
            ),
            models.CheckConstraint(
                name="escalation_state_is_known", condition=Q(state__in=EscalationState.values)
            ),
            models.CheckConstraint(
                name="accepted_escalation_has_a_specialist",
                condition=~Q(state="accepted")
                | Q(specialist__isnull=False, accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="escalation_ended_exactly_when_not_running",
                condition=Q(state__in=RUNNING, ended_at=None)
                | (~Q(state__in=RUNNING) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="completed_escalation_says_how",
                condition=~Q(state="completed") | ~Q(resolution=""),
            ),
        ]
        indexes = [
            models.Index(
                "team", "state", "id", name="escalations_of_team",
                condition=Q(state__in=RUNNING),
            ),
            models.Index(
                "specialist", "state", "id", name="escalations_of_specialist",
                condition=Q(state__in=RUNNING),
            ),
            models.Index(F("escalated_at").desc(), name="escalations_newest"),
        ]  # fmt: skip
        triggers = [pgtrigger.Protect(name="escalations_are_kept", operation=pgtrigger.Delete)]

    def __str__(self):
        return f"escalation of {self.ticket_id}"

    @property
    def reference(self) -> str:
        return f"escalation:{self.pk}"


class EscalationAct(models.TextChoices):
    ESCALATED = "escalated", _("escalated")
    JOINED = "joined", _("joined the running escalation")
    ACCEPTED = "accepted", _("accepted")
    SENT_BACK = "sent_back", _("sent back")
    RESUBMITTED = "resubmitted", _("escalated again")
    DECIDED = "decided", _("decided")
    HANDED_OVER = "handed_over", _("handed over")
    RELEASED = "released", _("freed the case for others")
    WITHDRAWN = "withdrawn", _("withdrew")
    COMPLETED = "completed", _("completed")


class EscalationStep(models.Model):
    """What was done to the contract, by whom and why. Append-only."""

    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="steps")
    act = models.CharField(max_length=12, choices=EscalationAct)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.TextField(blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index("escalation", "id", name="steps_of_escalation")]
        triggers = [
            pgtrigger.Protect(
                name="escalation_steps_are_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self):
        return f"{self.act} {self.escalation_id}"
