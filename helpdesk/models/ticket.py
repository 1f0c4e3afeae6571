"""The ticket: what is true of it now. How it came to be so is the timeline's."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import TeamMembership
from accounts.rules import Act, may
from helpdesk.models.lookups import IsAnyOf
from marketplaces.money import Money


class Status(models.TextChoices):
    NEW = "new", _("New")
    OPEN = "open", _("Open")
    PENDING = "pending", _("Pending")
    ON_HOLD = "on_hold", _("On hold")
    SOLVED = "solved", _("Solved")
    CLOSED = "closed", _("Closed")


#: Somebody still owes something.
UNSOLVED = (Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD)
#: We owe something, not the customer or a third party.
OURS_TO_MOVE = (Status.NEW, Status.OPEN)


class Priority(models.IntegerChoices):
    LOW = 1, _("Low")
    NORMAL = 2, _("Normal")
    HIGH = 3, _("High")
    URGENT = 4, _("Urgent")


class Severity(models.IntegerChoices):
    """How bad it is for the customer, whatever our haste."""

    MINOR = 1, _("Minor")
    MODERATE = 2, _("Moderate")
    MAJOR = 3, _("Major")
    CRITICAL = 4, _("Critical")


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    AMAZON = "amazon", "Amazon"
    SHOPIFY = "shopify", "Shopify"
    EBAY = "ebay", "eBay"
    WALMART = "walmart", "Walmart"
    PHONE = "phone", _("Phone")
    WEB = "web", _("Web")


class TicketQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Tickets somebody may see.

        Managers, compliance and administrators see all. Everybody else sees the tickets of their
        teams, those of no team, those assigned to them, and those they follow: a first agent
        keeps sight of a case that moved on.
        """
        if may(user, Act.SEE_ALL_TICKETS):
            return self
        if not user.is_active:
            return self.none()
        return self.filter(
            Q(IsAnyOf(F("team_id"), TeamMembership.objects.filter(user=user).values("team_id")))
            | Q(team=None)
            | Q(assignee=user)
            | Q(IsAnyOf(F("pk"), TicketFollower.objects.filter(user=user).values("ticket_id")))
        )

    def locked(self, pk: int) -> "Ticket":
        """Take the ticket's row lock and return it as it is now. Needs a transaction."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)

    def unsolved(self):
        return self.filter(status__in=UNSOLVED)

    def unmerged(self):
        return self.filter(merged_into=None)

    def overdue(self, now):
        return self.unsolved().filter(due_at__lte=now)

    def unassigned(self):
        return self.filter(assignee=None)

    def followed_by(self, user):
        return self.filter(pk__in=TicketFollower.objects.filter(user=user).values("ticket_id"))

    def by_urgency(self):
        """Next deadline first, then priority, then the oldest."""
        return self.order_by(F("due_at").asc(nulls_last=True), "-priority", "pk")

    def for_list(self):
        """Everything a row of the queue shows, without a query per row."""
        return self.select_related("requester", "assignee", "team", "category").only(
            "pk", "subject", "status", "priority", "channel", "due_at", "updated_at",
            "opened_at", "last_customer_message_at", "last_reply_at", "merged_into_id",
            "last_event", "requester__name", "assignee__full_name", "assignee__email",
            "team__name", "category__name",
        )  # fmt: skip


class Ticket(models.Model):
    """One concern of one customer. Its number is its primary key.

    ``last_event`` is the id of the newest timeline entry: whoever acts on what they saw sends it
    back. ``due_at`` is the next deadline; triggers of the clocks (escalations) keep it.
    ``merged_into`` is the direct merge, ``merge_root`` the living ticket at the end of the chain.
    ``financial_impact_minor`` is the money at stake in minor units.
    """

    subject = models.CharField(_("subject"), max_length=250)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.NEW)
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, default=Priority.NORMAL
    )
    severity = models.PositiveSmallIntegerField(
        _("severity"), choices=Severity, default=Severity.MINOR
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    requester = models.ForeignKey(
        "helpdesk.Customer", on_delete=models.PROTECT, related_name="tickets"
    )
    identity = models.ForeignKey(
        "helpdesk.CustomerIdentity", on_delete=models.PROTECT, null=True, related_name="tickets"
    )
    order = models.ForeignKey(
        "marketplaces.Order", on_delete=models.PROTECT, null=True, related_name="tickets"
    )
    category = models.ForeignKey(
        "helpdesk.Category", on_delete=models.PROTECT, null=True, related_name="tickets"
    )
    product_line = models.ForeignKey(
        "helpdesk.ProductLine", on_delete=models.PROTECT, null=True, related_name="tickets"
    )
    financial_impact_minor = models.BigIntegerField(_("money at stake"), null=True)
    financial_impact_currency = models.CharField(max_length=3, blank=True)
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, null=True, related_name="tickets"
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="tickets"
    )
    tags = models.ManyToManyField("helpdesk.Tag", related_name="tickets")
    due_at = models.DateTimeField(null=True, editable=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="merged_directly"
    )
    merge_root = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="merged_tickets"
    )
    opened_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    last_customer_message_at = models.DateTimeField(null=True)
    last_reply_at = models.DateTimeField(null=True)
    solved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    last_event = models.BigIntegerField(default=0)

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="ticket_status_is_known", condition=Q(status__in=Status.values)
            ),
            models.CheckConstraint(
                name="ticket_priority_is_known", condition=Q(priority__in=Priority.values)
            ),
            models.CheckConstraint(
                name="ticket_severity_is_known", condition=Q(severity__in=Severity.values)
            ),
            models.CheckConstraint(
                name="ticket_financial_impact_has_a_currency",
                condition=Q(financial_impact_minor=None, financial_impact_currency="")
                | (Q(financial_impact_minor__gte=0) & ~Q(financial_impact_currency="")),
            ),
            models.CheckConstraint(
                name="ticket_solved_or_closed_knows_when",
                condition=~Q(status="solved") | Q(solved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="ticket_closed_knows_when",
                condition=~Q(status="closed") | Q(closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="ticket_merged_is_closed_and_has_a_root",
                condition=Q(merged_into=None, merge_root=None)
                | Q(merged_into__isnull=False, merge_root__isnull=False, status="closed"),
            ),
            models.CheckConstraint(
                name="ticket_not_merged_into_itself",
                condition=Q(merged_into=None) | (~Q(merged_into=F("id")) & ~Q(merge_root=F("id"))),
            ),
        ]
        indexes = [
            models.Index(
                F("due_at").asc(nulls_last=True), F("priority").desc(), "id",
                name="ticket_unsolved_by_urgency", condition=Q(status__in=UNSOLVED),
            ),
            models.Index(
                "assignee", F("due_at").asc(nulls_last=True), F("priority").desc(), "id",
                name="ticket_assignee_by_urgency", condition=Q(status__in=UNSOLVED),
            ),
            models.Index(
                "team", F("due_at").asc(nulls_last=True), F("priority").desc(), "id",
                name="ticket_team_by_urgency", condition=Q(status__in=UNSOLVED),
            ),
            models.Index(
                F("due_at").asc(nulls_last=True), F("priority").desc(), "id",
                name="ticket_by_urgency",
            ),
            # What is unsolved lies among twenty times as much that is not: counting it, and
            # listing it by age, would read the table from its other end.
            models.Index("id", name="ticket_unsolved_by_number", condition=Q(status__in=UNSOLVED)),
            models.Index(F("updated_at").desc(), F("id").desc(), name="ticket_by_update"),
            models.Index("status", F("solved_at").desc(), name="ticket_by_status"),
            models.Index("requester", F("opened_at").desc(), name="ticket_of_customer"),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.pk} {self.subject}"

    @property
    def number(self) -> int:
        return self.pk

    @property
    def is_unsolved(self) -> bool:
        return self.status in UNSOLVED

    @property
    def financial_impact(self) -> Money | None:
        if self.financial_impact_minor is None:
            return None
        return Money(self.financial_impact_minor, self.financial_impact_currency)


class TicketFollower(models.Model):
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="followers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followed_tickets"
    )
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_follow_per_ticket", fields=["user", "ticket"])
        ]

    def __str__(self):
        return f"{self.user} follows {self.ticket_id}"


class LinkKind(models.TextChoices):
    RELATED = "related", _("Related")
    SPLIT_FROM = "split_from", _("Split from")
    FOLLOW_UP_OF = "follow_up_of", _("Follow-up of")


class TicketLink(models.Model):
    """``source`` is related to, split from, or a follow-up of ``target``."""

    source = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links_out")
    target = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=12, choices=LinkKind, default=LinkKind.RELATED)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_link_per_pair_and_kind", fields=["source", "target", "kind"]
            ),
            models.CheckConstraint(
                name="ticket_not_linked_to_itself", condition=~Q(source=F("target"))
            ),
        ]

    def __str__(self):
        return f"{self.source_id} {self.kind} {self.target_id}"
