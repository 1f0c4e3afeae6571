"""Investigations: what was asked, found and proven, why it happened, and what is done about it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


def _of_visible_tickets(model, user, *, through: str = "") -> Q:
    """Say that the ticket, or what it was merged into, is for this person's eyes."""
    ticket = model._meta.apps.get_model("helpdesk", "Ticket")
    visible = ticket.objects.visible_to(user).values("pk")
    return Q(**{f"{through}ticket__in": visible}) | Q(
        **{f"{through}ticket__merge_root__in": visible}
    )


class InvestigationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Investigations of the tickets somebody may see, and of what was merged into those."""
        return self.filter(_of_visible_tickets(self.model, user))

    def of_ticket(self, number: int):
        """Investigations of a ticket and of what was merged into it."""
        return self.filter(Q(ticket=number) | Q(ticket__merge_root=number))

    def shown(self):
        """Load what an investigation says of itself and all that belongs to it."""
        return self.select_related(
            "ticket", "owner", "root_cause__parent", "completed_by"
        ).prefetch_related("contributing__parent")


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(_of_visible_tickets(self.model, user, through="investigation__"))


class ActionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Actions of investigations in somebody's sight; those of problems are everybody's."""
        if not user.is_active:
            return self.none()
        seen = _of_visible_tickets(self.model, user, through="investigation__")
        return self.filter(seen | Q(problem__isnull=False))

    def by_urgency(self):
        """What is to be done first; what is done at the end."""
        return self.order_by(models.F("done_at").asc(nulls_first=True), "due_on", "pk")


class RootCause(models.Model):
    """The managed catalogue, two levels: a cause without a parent is a group of causes."""

    name = models.CharField(_("name"), max_length=80)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="causes")
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_root_cause_per_name_and_group",
                fields=["parent", "name"],
                nulls_distinct=False,
            ),
        ]

    def __str__(self):
        return self.name


class Investigation(models.Model):
    """One question about one ticket. Once completed nothing changes; later words are appended."""

    ticket = models.ForeignKey(
        "helpdesk.Ticket", on_delete=models.PROTECT, related_name="investigations"
    )
    question = models.TextField(_("question"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="investigations"
    )
    opened_at = models.DateTimeField()
    root_cause = models.ForeignKey(
        RootCause, on_delete=models.PROTECT, null=True, related_name="investigations"
    )
    contributing = models.ManyToManyField(RootCause, related_name="contributed_to")
    conclusion = models.TextField(_("conclusion"), blank=True)
    completed_at = models.DateTimeField(null=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = InvestigationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="investigation_completed_by_somebody_with_a_cause",
                condition=Q(completed_at=None, completed_by=None)
                | Q(
                    completed_at__isnull=False,
                    completed_by__isnull=False,
                    root_cause__isnull=False,
                ),
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="completed_investigations_never_change",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__completed_at__isnull=False),
            )
        ]

    def __str__(self):
        return f"investigation of {self.ticket_id}"


class Finding(models.Model):
    """What was found, in the order it was. After completion a finding is an addendum."""

    investigation = models.ForeignKey(
        Investigation, on_delete=models.PROTECT, related_name="findings"
    )
    text = models.TextField(_("finding"))
    is_addendum = models.BooleanField(default=False)
    found_at = models.DateTimeField()
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    evidence = models.ManyToManyField("escalations.Evidence", related_name="findings")

    class Meta:
        triggers = [
            pgtrigger.Protect(
                name="findings_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self):
        return self.text[:60]


class EvidenceKind(models.TextChoices):
    FILE = "file", _("File")
    LINK = "link", _("Link")
    MESSAGE = "message", _("Quoted message")
    ORDER = "order", _("Order as it was")


def evidence_path(instance, filename):
    return f"evidence/{instance.sha256[:2]}/{instance.sha256}"


class Evidence(models.Model):
    """One piece of evidence with its source. ``sha256`` is of the file, or of the canonical JSON
    of ``snapshot`` (an order or message as it stood at ``added_at``); links have none."""

    investigation = models.ForeignKey(
        Investigation, on_delete=models.PROTECT, related_name="evidence"
    )
    kind = models.CharField(max_length=7, choices=EvidenceKind)
    title = models.CharField(_("what it is"), max_length=190)
    source = models.CharField(_("source"), max_length=190)
    file = models.FileField(upload_to=evidence_path, blank=True)
    file_name = models.CharField(max_length=190, blank=True)
    media_type = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(null=True)
    url = models.CharField(max_length=500, blank=True)
    message = models.ForeignKey(
        "helpdesk.Message", on_delete=models.PROTECT, null=True, related_name="+"
    )
    snapshot = models.JSONField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="evidence_is_hashed_unless_a_link",
                condition=Q(kind="link") & ~Q(url="") | ~Q(kind="link") & ~Q(sha256=""),
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="evidence_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self):
        return self.title


class ActionKind(models.TextChoices):
    CORRECTIVE = "corrective", _("Corrective")
    PREVENTIVE = "preventive", _("Preventive")


class CorrectiveAction(models.Model):
    """What somebody does about a cause until a day; of an investigation or of a problem."""

    investigation = models.ForeignKey(
        Investigation, on_delete=models.PROTECT, null=True, related_name="actions"
    )
    problem = models.ForeignKey(
        "escalations.Problem", on_delete=models.PROTECT, null=True, related_name="actions"
    )
    kind = models.CharField(max_length=10, choices=ActionKind)
    text = models.CharField(_("what is done"), max_length=250)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="corrective_actions"
    )
    due_on = models.DateField(_("until"))
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_note = models.CharField(max_length=250, blank=True)
    reminded_on = models.DateField(null=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="action_of_an_investigation_or_of_a_problem",
                condition=Q(investigation__isnull=False, problem=None)
                | Q(investigation=None, problem__isnull=False),
            )
        ]
        indexes = [
            models.Index("due_on", "id", name="actions_still_to_do", condition=Q(done_at=None))
        ]

    def __str__(self):
        return self.text
