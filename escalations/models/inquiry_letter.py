"""Letters that an inquiry owes: to the department, and to whoever leads it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LetterKind(models.TextChoices):
    ASKED = "asked", _("Question")
    REMINDER = "reminder", _("Reminder")
    LEAD = "lead", _("Word to the lead")
    WITHDRAWN = "withdrawn", _("No longer needed")


class InquiryLetterQuerySet(models.QuerySet):
    def owed(self, now):
        """Those that have not left, whose next attempt is due."""
        return self.filter(sent_at=None, given_up_at=None, next_attempt_at__lte=now).order_by("pk")


class InquiryLetter(models.Model):
    """One letter, written in the act's transaction and sent by a worker.

    To ``user`` it names the page they answer on; to anybody else it carries a link that is made
    while the letter is sent and kept nowhere. ``next_attempt_at`` is also the claim: whoever
    takes the letter puts it off, and a letter whose worker died goes out again.
    """

    inquiry = models.ForeignKey(
        "escalations.Inquiry", on_delete=models.PROTECT, related_name="letters"
    )
    kind = models.CharField(max_length=9, choices=LetterKind)
    to = models.EmailField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=250, blank=True)

    objects = InquiryLetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_letter_per_inquiry_kind_reader_and_moment",
                fields=["inquiry", "kind", "to", "created_at"],
            ),
            models.CheckConstraint(
                name="inquiry_letter_kind_is_known", condition=Q(kind__in=LetterKind.values)
            ),
        ]
        indexes = [
            models.Index(
                "next_attempt_at", "id", name="inquiry_letters_owed",
                condition=Q(sent_at=None, given_up_at=None),
            )
        ]  # fmt: skip

    def __str__(self):
        return f"{self.kind} about inquiry {self.inquiry_id}"
