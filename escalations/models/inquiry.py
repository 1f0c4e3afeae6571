"""Inquiries: one clear question to another department, with its own clock."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from helpdesk.models import Restriction
from helpdesk.models.timeline import hidden_from


class DepartmentQuerySet(models.QuerySet):
    def answering(self, user):
        """Those for which this person may answer: their member or their lead."""
        return self.filter(Q(lead=user) | Q(members=user)).distinct()


class Department(models.Model):
    """Who is asked. ``email`` gets the link where nobody has an account; ``lead`` the reminder."""

    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("e-mail"), blank=True)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    lead_email = models.EmailField(_("e-mail of its lead"), blank=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="departments")

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("name"), name="department_name_is_unique_whatever_its_case"
            )
        ]

    def __str__(self):
        return self.name


class InquiryTemplate(models.Model):
    """What a department is usually asked. ``fields`` are typed answers:
    ``{"key", "label", "kind", "choices", "is_required"}``. ``seconds`` is the usual target."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="templates")
    name = models.CharField(_("name"), max_length=80)
    question = models.TextField(_("question"), blank=True)
    fields = models.JSONField(default=list)
    asks_approval = models.BooleanField(_("asks for yes or no"), default=False)
    is_blocking = models.BooleanField(_("nothing may be promised until answered"), default=False)
    restriction = models.CharField(max_length=8, choices=Restriction, blank=True)
    seconds = models.PositiveIntegerField(_("to be answered within"), default=8 * 3600)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_inquiry_template_per_name", fields=["department", "name"]
            )
        ]

    def __str__(self):
        return self.name


class InquiryState(models.TextChoices):
    OPEN = "open", _("Waits for the answer")
    ANSWERED = "answered", _("Answered")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Decision(models.TextChoices):
    APPROVE = "approve", _("Yes")
    DENY = "deny", _("No")


def readable_inquiries(user) -> Q:
    """Say which inquiries are for this person's eyes, restricted or not.

    Those their role may read, those they asked, and those their department is asked.
    """
    hidden = hidden_from(user)
    if not hidden:
        return Q()
    departments = Department.objects.answering(user).values("pk")
    return ~Q(restriction__in=hidden) | Q(asked_by=user) | Q(department__in=departments)


class InquiryQuerySet(models.QuerySet):
    def readable_by(self, user):
        return self.filter(readable_inquiries(user))

    def with_readability(self, user):
        """Say of each by ``is_readable`` whether it is for this person's eyes."""
        readable = readable_inquiries(user)
        is_readable = (
            ExpressionWrapper(readable, models.BooleanField()) if readable else Value(True)
        )
        return self.annotate(is_readable=is_readable)

    def asked_of(self, user):
        """Those that this person's departments have to answer."""
        return self.filter(department__in=Department.objects.answering(user).values("pk"))

    def visible_to(self, user):
        """Those on tickets one may see and may read, and those one is asked or has asked."""
        if not user.is_active:
            return self.none()
        ticket = self.model._meta.get_field("ticket").related_model
        tickets = ticket.objects.visible_to(user).values("pk")
        departments = Department.objects.answering(user).values("pk")
        concerned = Q(ticket__in=tickets) | Q(asked_by=user) | Q(department__in=departments)
        return self.filter(concerned).readable_by(user)

    def open(self):
        return self.filter(state=InquiryState.OPEN)

    def blocking(self):
        return self.open().filter(is_blocking=True)

    def locked(self, pk: int):
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


class Inquiry(models.Model):
    """Its clock carries ``reference`` "inquiry:<pk>". A restricted one (legal, privacy) is read
    only by roles that may: ``accounts.rules``; who owns the case sees that it exists."""

    ticket = models.ForeignKey(
        "helpdesk.Ticket", on_delete=models.PROTECT, related_name="inquiries"
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="inquiries")
    template = models.ForeignKey(
        InquiryTemplate, on_delete=models.PROTECT, null=True, related_name="+"
    )
    question = models.TextField(_("question"))
    fields = models.JSONField(default=list)
    asks_approval = models.BooleanField(default=False)
    is_blocking = models.BooleanField(default=False)
    restriction = models.CharField(max_length=8, choices=Restriction, blank=True)
    state = models.CharField(max_length=9, choices=InquiryState, default=InquiryState.OPEN)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="inquiries"
    )
    target_seconds = models.PositiveIntegerField()
    ended_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    lead_told_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=250, blank=True)

    objects = InquiryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="inquiry_state_is_known", condition=Q(state__in=InquiryState.values)
            ),
            models.CheckConstraint(
                name="inquiry_ended_exactly_when_not_open",
                condition=Q(state="open", ended_at=None)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index("ticket", "id", name="inquiries_of_ticket"),
            models.Index("asked_at", name="inquiries_open", condition=Q(state="open")),
        ]
        triggers = [pgtrigger.Protect(name="inquiries_are_kept", operation=pgtrigger.Delete)]

    def __str__(self):
        return f"inquiry {self.pk}"

    @property
    def reference(self) -> str:
        return f"inquiry:{self.pk}"


class InquiryLinkQuerySet(models.QuerySet):
    def usable(self, now):
        return self.filter(
            used_at=None, revoked_at=None, expires_at__gt=now, inquiry__state=InquiryState.OPEN
        )


class InquiryLink(models.Model):
    """A key to one inquiry for somebody without an account. Only its digest is stored."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    sent_to = models.EmailField(blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    objects = InquiryLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="inquiry_link_expires_after_it_is_made",
                condition=Q(expires_at__gt=models.F("made_at")),
            )
        ]

    def __str__(self):
        return f"link to inquiry {self.inquiry_id}"


class InquiryAnswer(models.Model):
    """One answer per inquiry: by an account (``answered_by``) or through a link with a name."""

    inquiry = models.OneToOneField(Inquiry, on_delete=models.PROTECT, related_name="answer")
    decision = models.CharField(max_length=7, choices=Decision, blank=True)
    facts = models.JSONField(default=dict)
    text = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    link = models.ForeignKey(InquiryLink, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("your name"), max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="inquiry_answered_by_an_account_or_by_a_link",
                condition=Q(answered_by__isnull=False, link=None)
                | Q(answered_by=None, link__isnull=False),
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="inquiry_answers_never_change",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self):
        return f"answer to inquiry {self.inquiry_id}"


def inquiry_file_path(instance, filename):
    return f"inquiries/{instance.sha256[:2]}/{instance.sha256}"


class InquiryFile(models.Model):
    answer = models.ForeignKey(InquiryAnswer, on_delete=models.PROTECT, related_name="files")
    file = models.FileField(upload_to=inquiry_file_path)
    file_name = models.CharField(max_length=190)
    media_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    def __str__(self):
        return self.file_name

    @property
    def filename(self) -> str:
        return self.file_name

    @property
    def storage_name(self) -> str:
        return self.file.name
