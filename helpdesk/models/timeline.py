"""The timeline: every act on a ticket, in the order it was committed. Nothing here changes."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.rules import Act, may


class TimelineKind(models.TextChoices):
    OPENED = "ticket.opened", _("opened the ticket")
    CUSTOMER_WROTE = "message.customer", _("wrote")
    REPLIED = "message.reply", _("replied")
    NOTED = "message.note", _("added an internal note")
    AUTOMATIC = "message.automatic", _("an automatic message arrived")
    MAIL_SENT = "mail.sent", _("the reply left by mail")
    MAIL_FAILED = "mail.failed", _("the reply could not be delivered")
    MAIL_UNKNOWN = "mail.unknown", _("the reply may or may not have left")
    MAIL_BOUNCED = "mail.bounced", _("the reply bounced")
    REPLY_RETRACTED = "message.retracted", _("took a reply back before it left")
    MAIL_RETRIED = "mail.retried", _("sent the reply again")
    ASSIGNED = "ticket.assigned", _("assigned the ticket")
    CLAIMED = "ticket.claimed", _("took the ticket")
    TEAM_CHANGED = "ticket.team", _("changed the team")
    STATUS_CHANGED = "ticket.status", _("changed the status")
    SOLVED = "ticket.solved", _("solved the ticket")
    REOPENED = "ticket.reopened", _("reopened the ticket")
    CLOSED = "ticket.closed", _("closed the ticket")
    SUBJECT_CHANGED = "ticket.subject", _("changed the subject")
    PRIORITY_CHANGED = "ticket.priority", _("changed the priority")
    SEVERITY_CHANGED = "ticket.severity", _("changed the severity")
    CATEGORY_CHANGED = "ticket.category", _("changed the category")
    PRODUCT_LINE_CHANGED = "ticket.product_line", _("changed the product line")
    IMPACT_CHANGED = "ticket.impact", _("changed the money at stake")
    ORDER_CHANGED = "ticket.order", _("changed the order")
    TAGGED = "ticket.tagged", _("added a tag")
    UNTAGGED = "ticket.untagged", _("removed a tag")
    MERGED = "ticket.merged", _("merged the ticket")
    UNMERGED = "ticket.unmerged", _("undid a merge")
    SPLIT = "ticket.split", _("split the ticket")
    LINKED = "ticket.linked", _("linked a ticket")
    UNLINKED = "ticket.unlinked", _("removed a link")
    FOLLOWED = "ticket.followed", _("follows the ticket")
    UNFOLLOWED = "ticket.unfollowed", _("no longer follows the ticket")
    SLA_WARNED = "sla.warned", _("a deadline came near")
    SLA_BREACHED = "sla.breached", _("a deadline was missed")
    SLA_LEVEL = "sla.level", _("a missed deadline went one level up")
    SLA_EXEMPTED = "sla.exempted", _("said that no response is needed")
    ESCALATED = "escalation.escalated", _("escalated the case")
    ESCALATION_JOINED = "escalation.joined", _("joined the running escalation")
    ESCALATION_ACCEPTED = "escalation.accepted", _("accepted the case")
    ESCALATION_SENT_BACK = "escalation.sent_back", _("sent the case back")
    ESCALATION_RESUBMITTED = "escalation.resubmitted", _("escalated the case again")
    ESCALATION_DECIDED = "escalation.decided", _("decided where the case belongs")
    ESCALATION_HANDED_OVER = "escalation.handed_over", _("handed the case over")
    ESCALATION_RELEASED = "escalation.released", _("the case waits for another specialist")
    ESCALATION_WITHDRAWN = "escalation.withdrawn", _("withdrew the escalation")
    ESCALATION_COMPLETED = "escalation.completed", _("completed the escalation")
    INQUIRY_ASKED = "inquiry.asked", _("asked another department")
    INQUIRY_ANSWERED = "inquiry.answered", _("answered an inquiry")
    INQUIRY_WITHDRAWN = "inquiry.withdrawn", _("withdrew an inquiry")
    INVESTIGATION_OPENED = "investigation.opened", _("opened an investigation")
    INVESTIGATION_COMPLETED = "investigation.completed", _("completed an investigation")
    ACTION_DUE = "action.due", _("a corrective action is due")
    PROBLEM_LINKED = "problem.linked", _("linked the ticket to a problem")
    PROBLEM_UNLINKED = "problem.unlinked", _("took the ticket off a problem")
    SOLUTION_CHANGED = "solution.changed", _("changed the tailored solution")
    ATTACHMENT_LEFT_OUT = "message.left_out", _("something of the mail was left out")


_IN_WORDS = {kind.value: kind.label for kind in TimelineKind}

#: What a colleague must have seen before they answer the customer.
WRITTEN = (TimelineKind.CUSTOMER_WROTE, TimelineKind.REPLIED, TimelineKind.NOTED)

#: What happened by itself does not go on from a name: "Recourse: the reply bounced".
IMPERSONAL = frozenset(
    {
        TimelineKind.AUTOMATIC,
        TimelineKind.MAIL_SENT,
        TimelineKind.MAIL_FAILED,
        TimelineKind.MAIL_UNKNOWN,
        TimelineKind.MAIL_BOUNCED,
        TimelineKind.SLA_WARNED,
        TimelineKind.SLA_BREACHED,
        TimelineKind.SLA_LEVEL,
        TimelineKind.ESCALATION_RELEASED,
        TimelineKind.ACTION_DUE,
        TimelineKind.ATTACHMENT_LEFT_OUT,
    }
)


class Restriction(models.TextChoices):
    """Whose eyes something is for: the roles of accounts.rules that may, nobody else's."""

    LEGAL = "legal", _("Legal")
    PRIVACY = "privacy", _("Privacy")


#: Which act lets somebody read what is restricted.
TO_READ: dict[str, Act] = {
    Restriction.LEGAL: Act.SEE_LEGAL,
    Restriction.PRIVACY: Act.SEE_PRIVACY,
}


def hidden_from(user) -> list[str]:
    """Return the restrictions under which this person reads nothing but what they asked."""
    return [kind for kind, act in TO_READ.items() if not may(user, act)]


def readable_entries(user, *, through: str = "") -> Q:
    """Say which entries are for this person's eyes; ``through`` is the way there, "entry__".

    Whoever asked reads on under any restriction: an entry names them in ``facts.asked_by``.
    """
    hidden = hidden_from(user)
    if not hidden:
        return Q()
    is_theirs = Q(**{f"{through}facts__asked_by": user.pk})
    return ~Q(**{f"{through}restriction__in": hidden}) | is_theirs


class TimelineQuerySet(models.QuerySet):
    def in_order(self):
        return self.order_by("pk")

    def readable_by(self, user):
        """Leave out what is restricted and not for this person's eyes."""
        return self.filter(readable_entries(user))

    def visible_to(self, user):
        """Entries of the tickets somebody may see, and of what was merged into those."""
        if not user.is_active:
            return self.none()
        ticket = self.model._meta.get_field("ticket").related_model
        visible = ticket.objects.visible_to(user).values("pk")
        of_theirs = self.filter(Q(ticket__in=visible) | Q(ticket__merge_root__in=visible))
        return of_theirs.readable_by(user)

    def missed_since(self, seen: int, *, by):
        """What others wrote after the event ``seen``."""
        return self.filter(pk__gt=seen, kind__in=WRITTEN).exclude(actor=by, actor__isnull=False)


class TimelineEntry(models.Model):
    """Who did what when. ``before`` and ``after`` are words a reader understands.

    Without actor and customer the system itself acted.
    """

    ticket = models.ForeignKey("helpdesk.Ticket", on_delete=models.PROTECT, related_name="timeline")
    kind = models.CharField(max_length=24, choices=TimelineKind)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    customer = models.ForeignKey(
        "helpdesk.Customer", on_delete=models.PROTECT, null=True, related_name="+"
    )
    message = models.ForeignKey(
        "helpdesk.Message", on_delete=models.PROTECT, null=True, related_name="timeline"
    )
    before = models.CharField(max_length=250, blank=True)
    after = models.CharField(max_length=250, blank=True)
    facts = models.JSONField(default=dict)
    restriction = models.CharField(
        max_length=8, choices=Restriction, blank=True, default="", db_default=""
    )

    objects = TimelineQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(name="timeline_of_ticket", fields=["ticket", "id"])]
        triggers = [
            pgtrigger.Protect(
                name="the_timeline_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
            pgtrigger.Trigger(
                name="the_timeline_is_not_truncated",
                operation=pgtrigger.Truncate,
                when=pgtrigger.Before,
                level=pgtrigger.Statement,
                func="RAISE EXCEPTION 'The timeline is append-only.';",
            ),
        ]

    def __str__(self):
        return f"{self.kind} on {self.ticket_id}"

    def get_kind_display(self) -> str:
        """The act in words. Django's own would translate all of them to find the one."""
        return str(_IN_WORDS.get(self.kind, self.kind))

    @property
    def who(self) -> str:
        """Whose act it was: a colleague, a customer, somebody with a link, or the system."""
        return str(self.actor or self.customer or self.facts.get("who") or "Recourse")

    @property
    def stands_alone(self) -> bool:
        """Whether a conversation shows it as a line: it is not told by a message already."""
        return self.message_id is None or self.kind == TimelineKind.REPLY_RETRACTED
