"""Clocks: promises that run. What they say can be rebuilt from the timeline at any moment."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.models.timeline import readable_entries


class Metric(models.TextChoices):
    CHANNEL_REPLY = "channel_reply", _("Marketplace reply")
    FIRST_REPLY = "first_reply", _("First reply")
    NEXT_REPLY = "next_reply", _("Next reply")
    RESOLUTION = "resolution", _("Resolution")
    TIER_ACCEPTANCE = "tier_acceptance", _("Acceptance by the tier")
    TIER_RESOLUTION = "tier_resolution", _("Resolution by the tier")
    INQUIRY = "inquiry", _("Inquiry")
    APPROVAL = "approval", _("Approval")


class ClockState(models.TextChoices):
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    FULFILLED = "fulfilled", _("Fulfilled")
    EXEMPT = "exempt", _("No response needed")
    ENDED = "ended", _("Ended")


STILL_OPEN = (ClockState.RUNNING, ClockState.PAUSED)

#: The queue sorts by one column of the ticket: its next deadline (docs/decisions/030). What another
#: department owes is no deadline of the ticket's, and may be a secret (docs/decisions/035).
_TELL_THE_QUEUE = """
    UPDATE helpdesk_ticket SET due_at = (
        SELECT min(due_at) FROM escalations_slaclock
        WHERE ticket_id = helpdesk_ticket.id AND state = 'running' AND metric <> 'inquiry'
    ) WHERE id IN ({tickets});
    RETURN NULL;
"""
_MOVED = """
    SELECT new_clocks.ticket_id FROM new_clocks JOIN old_clocks USING (id)
    WHERE (new_clocks.due_at, new_clocks.state) IS DISTINCT FROM
          (old_clocks.due_at, old_clocks.state)
"""


class SLAClockQuerySet(models.QuerySet):
    def still_open(self):
        return self.filter(state__in=STILL_OPEN)

    def running(self):
        return self.filter(state=ClockState.RUNNING)

    def breached(self):
        return self.filter(breached_at__isnull=False)

    def with_a_step_due(self, now):
        """Clocks of which a warning, the deadline or a level has passed, the earliest first."""
        return self.filter(next_step_at__lt=now).order_by("next_step_at", "pk")

    def by_urgency(self):
        return self.order_by(F("due_at").asc(nulls_last=True), "pk")

    def visible_to(self, user):
        """Whoever sees the ticket sees its clocks, but for those of restricted inquiries."""
        ticket = self.model._meta.get_field("ticket").related_model
        seen = self.filter(ticket__in=ticket.objects.visible_to(user).values("pk"))
        return seen.readable_by(user)

    def readable_by(self, user):
        """Leave out what restricted entries started, where this person may not read those."""
        return self.filter(readable_entries(user, through="started_by__"))


class SLAClock(models.Model):
    """One promise on one ticket: metric, terms, and where it stands.

    ``started_by`` is the timeline entry that started it and, with ticket, metric and
    ``reference`` (an escalation, inquiry or approval; empty for the ticket itself), its identity.
    ``terms`` holds what was promised and from when: the policy version, calendar version, seconds
    and the facts the policy matched; the columns beside it repeat the last of them. All other
    columns follow from the timeline (``escalations.clockwork``).

    ``due_at`` is the deadline (UTC), none while paused; ``remaining`` is what is left of the
    target while paused or after the end, in the clock's own time. ``breached_at`` is the
    deadline that was missed, however late that was noticed; ``late_by`` is by how much, in the
    clock's own time, once fulfilled. ``pending_steps`` holds ``[step, moment]`` in order, and
    ``next_step_at`` the first of these moments: the row is the timer.
    """

    ticket = models.ForeignKey("helpdesk.Ticket", on_delete=models.PROTECT, related_name="clocks")
    metric = models.CharField(_("promise"), max_length=16, choices=Metric)
    reference = models.CharField(max_length=40, blank=True)
    started_by = models.ForeignKey(
        "helpdesk.TimelineEntry", on_delete=models.PROTECT, related_name="+"
    )
    policy_version = models.ForeignKey(
        "escalations.SLAPolicyVersion", on_delete=models.PROTECT, null=True, related_name="clocks"
    )
    calendar_version = models.ForeignKey(
        "escalations.CalendarVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    target_seconds = models.PositiveIntegerField(_("target"))
    terms = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=ClockState, default=ClockState.RUNNING)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    remaining = models.DurationField(null=True)
    breached_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    stop_reason = models.CharField(max_length=250, blank=True)
    late_by = models.DurationField(null=True)
    started_out_of_hours = models.BooleanField(default=False)
    pending_steps = models.JSONField(default=list)
    next_step_at = models.DateTimeField(null=True)

    objects = SLAClockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_clock_per_ticket_metric_and_reference",
                fields=["ticket", "metric", "reference"],
                condition=Q(state__in=STILL_OPEN),
            ),
            models.UniqueConstraint(
                name="a_clock_is_started_once_by_an_event",
                fields=["ticket", "metric", "reference", "started_by"],
            ),
            models.CheckConstraint(
                name="clock_metric_is_known", condition=Q(metric__in=Metric.values)
            ),
            models.CheckConstraint(
                name="clock_state_is_known", condition=Q(state__in=ClockState.values)
            ),
            models.CheckConstraint(
                name="clock_target_is_positive", condition=Q(target_seconds__gt=0)
            ),
            models.CheckConstraint(
                name="running_clock_has_a_deadline",
                condition=~Q(state="running") | Q(due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="clock_stopped_exactly_when_not_open",
                condition=Q(state__in=STILL_OPEN, stopped_at=None)
                | (~Q(state__in=STILL_OPEN) & Q(stopped_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="channel_clock_is_never_paused",
                condition=~Q(metric="channel_reply", state="paused"),
            ),
            models.CheckConstraint(
                name="exempt_clock_says_why",
                condition=~Q(state="exempt") | ~Q(stop_reason=""),
            ),
        ]
        indexes = [
            models.Index(
                "next_step_at", "id", name="clock_by_next_step",
                condition=Q(next_step_at__isnull=False),
            ),
            models.Index(
                "due_at", "id", name="clock_running_by_deadline", condition=Q(state="running")
            ),
            models.Index("ticket", "id", name="clock_of_ticket"),
            models.Index("metric", "started_at", name="clock_by_metric_and_start"),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(name="clocks_are_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="the_queue_learns_of_new_clocks",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_clocks"),
                func=_TELL_THE_QUEUE.format(tickets="SELECT ticket_id FROM new_clocks"),
            ),
            pgtrigger.Trigger(
                name="the_queue_learns_of_moved_clocks",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                referencing=pgtrigger.Referencing(old="old_clocks", new="new_clocks"),
                func=_TELL_THE_QUEUE.format(tickets=_MOVED),
            ),
        ]

    def __str__(self):
        return f"{self.metric} of {self.ticket_id}"


class StepKind(models.TextChoices):
    WARNING = "warning", _("Warning")
    BREACH = "breach", _("Breach")
    LEVEL = "level", pgettext_lazy("escalation", "Level")


class SLAEventQuerySet(models.QuerySet):
    def to_carry_out(self):
        return self.filter(carried_out_at=None)

    def untried(self):
        """Steps that nobody has begun to carry out, the earliest first."""
        return self.to_carry_out().filter(attempts=0).order_by("at", "pk")

    def to_try_again(self, now):
        """Steps that could not be carried out, and of which the time has come again."""
        again = self.to_carry_out().filter(attempts__gt=0, next_attempt_at__lte=now)
        return again.order_by("next_attempt_at", "pk")

    def failing(self):
        """Steps that raised, or took the process that tried them with them more than once."""
        return self.to_carry_out().filter(~Q(error="") | Q(attempts__gt=1))


class SLAEvent(models.Model):
    """A warning, breach or level of a clock that came due. Each is written exactly once.

    ``at`` is the moment it fell due: for a breach the deadline itself. ``recorded_at`` is when
    that was noticed, ``carried_out_at`` when people were told and the level's acts were done;
    ``outcome`` says what came of each.

    ``attempts`` counts how often somebody began to, before beginning; ``next_attempt_at`` is when
    it may be tried again, none before the first time, and ``error`` is what the last one raised.
    """

    clock = models.ForeignKey(SLAClock, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=7, choices=StepKind)
    step = models.CharField(max_length=40)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    carried_out_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)

    objects = SLAEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="each_step_once_per_clock", fields=["clock", "step"]),
            models.CheckConstraint(
                name="sla_event_tried_has_a_next_attempt",
                condition=Q(attempts=0) | Q(next_attempt_at__isnull=False),
            ),
            models.CheckConstraint(
                name="sla_event_kind_is_known", condition=Q(kind__in=StepKind.values)
            ),
        ]
        indexes = [
            models.Index(
                "at", "id", name="sla_events_to_carry_out",
                condition=Q(carried_out_at=None, attempts=0),
            ),
            models.Index(
                "next_attempt_at", "id", name="sla_events_to_try_again",
                condition=Q(carried_out_at=None, attempts__gt=0),
            ),
        ]  # fmt: skip
        triggers = [pgtrigger.Protect(name="sla_events_are_kept", operation=pgtrigger.Delete)]

    def __str__(self):
        return f"{self.step} of clock {self.clock_id}"
