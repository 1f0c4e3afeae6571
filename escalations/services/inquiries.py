"""Inquiries: one question to another department, and what becomes of it until it is answered.

Locks: ticket → inquiry → link. The clock follows from the timeline like every other; a letter is
a row of the same transaction. See decision 035.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act, may
from accounts.services.values import refuse_unknown
from escalations import events
from escalations.models import Department, Inquiry, InquiryState, InquiryTemplate, LetterKind
from escalations.questions import read_questions
from escalations.refusals import Notes
from escalations.services import clocks
from escalations.services.inquiry_letters import owe_letters
from escalations.services.inquiry_links import make_link, revoke_links
from helpdesk.models import Restriction, Status, Ticket, TimelineEntry, TimelineKind
from helpdesk.services.conversation import TicketIsClosed
from helpdesk.services.timeline import record

MIN_QUESTION, MAX_QUESTION = 10, 5000
MIN_REASON, MAX_REASON = 3, 250
SHORTEST, LONGEST, USUAL = 15 * 60, 90 * 24 * 3600, 8 * 3600
#: A reminder by hand comes so long after the one before.
REMINDER_REST = timedelta(hours=1)


class QuestionNotPossible(RuleViolation):
    code = "question_not_possible"


class NobodyWouldBeAsked(RuleViolation):
    code = "nobody_would_be_asked"


class InquiryIsOver(RuleViolation):
    code = "inquiry_is_over"


class ReasonNeeded(RuleViolation):
    code = "reason_needed"


class NotYourInquiry(RuleViolation):
    code = "not_your_inquiry"


class RemindedAlready(RuleViolation):
    code = "reminded_already"


@dataclass(frozen=True)
class Wish:
    """What somebody wants to ask. What is None is as the template says.

    ``questions`` are the typed answers that are needed, ``seconds`` the time for the answer.
    """

    question: str
    questions: list | None = None
    asks_approval: bool | None = None
    is_blocking: bool | None = None
    restriction: str = ""
    seconds: int | None = None

    def filled(self, template: InquiryTemplate) -> dict:
        """Return the columns of the inquiry. A template's restriction cannot be loosened.

        :raises QuestionNotPossible: for too few or too many words, or a time nobody could keep.
        :raises ValueNotPossible: for a restriction that there is not.
        :raises InvalidInput: naming the question that cannot be asked so.
        """
        refuse_unknown(self.restriction, ["", *Restriction.values], field="restriction")
        stored = template.fields if self.questions is None else self.questions
        notes = Notes()
        questions = read_questions(stored, notes=notes)
        notes.raise_if_any()
        return {
            "question": _tidy_question(self.question),
            "fields": [one.as_record() for one in questions],
            "asks_approval": _or(self.asks_approval, template.asks_approval),
            "is_blocking": _or(self.is_blocking, template.is_blocking),
            "restriction": template.restriction or self.restriction,
            "target_seconds": _tidy_seconds(_or(self.seconds, template.seconds)),
        }


@transaction.atomic
def ask(
    ticket_id: int, *, department_id: int, wish: Wish, by, at: datetime, template_id=None
) -> Inquiry:
    """Ask a department. It gets letters, and the clock of the answer starts.

    :raises QuestionNotPossible: for too few or too many words, or a time nobody could keep.
    :raises NobodyWouldBeAsked: if the department has neither an address nor anybody to ask.
    :raises TicketIsClosed: nothing is asked about a closed ticket.
    """
    require(by, Act.ASK_DEPARTMENT)
    ticket = Ticket.objects.locked(ticket_id)
    if ticket.status == Status.CLOSED:
        raise TicketIsClosed(_("Ticket %(number)d is closed.") % {"number": ticket.pk})
    department = Department.objects.get(pk=department_id)
    template = department.templates.get(pk=template_id) if template_id else None
    inquiry = Inquiry.objects.create(
        ticket=ticket,
        department=department,
        template=template,
        asked_at=at,
        asked_by=by,
        **wish.filled(template or InquiryTemplate()),
    )
    if not owe_letters(inquiry, LetterKind.ASKED, at=at):
        raise NobodyWouldBeAsked(
            _("%(name)s has no address and no members. Give it one of them first.")
            % {"name": department},
            field="department",
        )
    entry = record_about(
        inquiry, TimelineKind.INQUIRY_ASKED, ticket=ticket, by=by, at=at,
        seconds=inquiry.target_seconds,
    )  # fmt: skip
    events.inquiry_asked.send(Inquiry, inquiry=inquiry, entry=entry, by=by, at=at)
    return inquiry


@transaction.atomic
def withdraw(inquiry_id: int, *, reason: str, by, at: datetime) -> Inquiry:
    """Take a question back; links to it end, and the department hears that it is over.

    :raises NotYourInquiry: only who asked, or who decides on escalations, takes it back.
    :raises InquiryIsOver: if it was answered or withdrawn.
    :raises ReasonNeeded: without a reason of a few words, 250 characters at most.
    """
    reason = " ".join(reason.split())
    if not MIN_REASON <= len(reason) <= MAX_REASON:
        raise ReasonNeeded(_("Say in a few words why it is not needed any more."), field="reason")
    ticket, inquiry = open_inquiry(inquiry_id)
    refuse_strangers(inquiry, by)
    inquiry.state, inquiry.ended_at = InquiryState.WITHDRAWN, at
    inquiry.withdrawn_reason = reason
    inquiry.save(update_fields=["state", "ended_at", "withdrawn_reason"])
    revoke_links(inquiry, at=at)
    owe_letters(inquiry, LetterKind.WITHDRAWN, at=at)
    entry = record_about(inquiry, TimelineKind.INQUIRY_WITHDRAWN, ticket=ticket, by=by, at=at)
    events.inquiry_withdrawn.send(Inquiry, inquiry=inquiry, entry=entry, by=by, at=at)
    return inquiry


@transaction.atomic
def remind(inquiry_id: int, *, by, at: datetime) -> Inquiry:
    """Remind the department now, besides the reminder that goes out by itself.

    :raises NotYourInquiry: only who asked, or who decides on escalations, reminds.
    :raises InquiryIsOver: if it was answered or withdrawn.
    :raises RemindedAlready: within an hour of the reminder before.
    """
    _ticket, inquiry = open_inquiry(inquiry_id)
    refuse_strangers(inquiry, by)
    if inquiry.reminded_at and at - inquiry.reminded_at < REMINDER_REST:
        raise RemindedAlready(_("They were reminded within the last hour."))
    inquiry.reminded_at = at
    inquiry.save(update_fields=["reminded_at"])
    owe_letters(inquiry, LetterKind.REMINDER, at=at)
    return inquiry


@transaction.atomic
def give_link(inquiry_id: int, *, by, at: datetime) -> str:
    """Return the token of a new link, for whoever hands it on by themselves.

    :raises NotYourInquiry: only who asked, or who decides on escalations, makes links.
    :raises InquiryIsOver: if it was answered or withdrawn.
    """
    _ticket, inquiry = open_inquiry(inquiry_id)
    refuse_strangers(inquiry, by)
    return make_link(inquiry, by=by, at=at)


@transaction.atomic
def end_links(inquiry_id: int, *, by, at: datetime) -> int:
    """End every link to an inquiry; returns how many. Refuses what ``give_link`` does."""
    _ticket, inquiry = open_inquiry(inquiry_id)
    refuse_strangers(inquiry, by)
    return revoke_links(inquiry, at=at)


def withdraw_from_closed(ticket: Ticket, *, at: datetime) -> None:
    """Take back what is still asked about a ticket that was closed for good.

    One that was merged away is not: its inquiries block and inform where it went.
    """
    if ticket.status != Status.CLOSED or ticket.merge_root_id:
        return
    for inquiry in ticket.inquiries.open().order_by("pk"):
        withdraw(inquiry.pk, reason=_("The ticket was closed."), by=None, at=at)


def open_inquiry(inquiry_id: int) -> tuple[Ticket, Inquiry]:
    """Lock the ticket, then the inquiry.

    :raises InquiryIsOver: if it was answered or withdrawn.
    """
    ticket_id = Inquiry.objects.values_list("ticket_id", flat=True).get(pk=inquiry_id)
    ticket = Ticket.objects.locked(ticket_id)
    inquiry = Inquiry.objects.select_related("department").locked(inquiry_id)
    if inquiry.state != InquiryState.OPEN:
        raise InquiryIsOver(_("This inquiry was answered or withdrawn."))
    inquiry.ticket = ticket
    return ticket, inquiry


def refuse_strangers(inquiry: Inquiry, by) -> None:
    """:raises NotYourInquiry: for whoever neither asked nor leads. None is the system itself."""
    if by is None or may_steer(inquiry, by):
        return
    raise NotYourInquiry(_("Only who asked, or a lead, can do this."))


def may_steer(inquiry: Inquiry, user) -> bool:
    """Test whether somebody may withdraw, remind and make links."""
    is_asker = user.is_active and inquiry.asked_by_id == user.pk
    if is_asker:
        return True
    is_readable = Inquiry.objects.filter(pk=inquiry.pk).readable_by(user)
    return may(user, Act.DECIDE_ESCALATION) and is_readable.exists()


def record_about(
    inquiry: Inquiry, kind: str, *, ticket: Ticket, by, at: datetime, **facts
) -> TimelineEntry:
    """Write down what became of an inquiry, for the eyes that may read it, and move its clock.

    Nothing of what was asked or answered stands in the timeline.
    """
    entry = record(
        ticket,
        kind,
        by=by,
        at=at,
        after=inquiry.department,
        restriction=inquiry.restriction,
        inquiry=inquiry.pk,
        asked_by=inquiry.asked_by_id,
        **facts,
    )
    clocks.sync(ticket, at=at)
    return entry


def _tidy_question(question: str) -> str:
    question = question.strip()
    if MIN_QUESTION <= len(question) <= MAX_QUESTION:
        return question
    limits = {"least": MIN_QUESTION, "most": MAX_QUESTION}
    message = _("Ask in %(least)d to %(most)d characters.") % limits
    raise QuestionNotPossible(message, field="question")


def _tidy_seconds(seconds: int) -> int:
    if SHORTEST <= seconds <= LONGEST:
        return seconds
    message = _("Possible: from 15 minutes to 90 days.")
    raise QuestionNotPossible(message, field="seconds")


def _or(value, otherwise):
    return otherwise if value is None else value
