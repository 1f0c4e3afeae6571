"""Answers: by an account of the department, or through a link with a name. One per inquiry."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from escalations import events
from escalations.models import (
    Decision,
    Department,
    Inquiry,
    InquiryAnswer,
    InquiryFile,
    InquiryLink,
    InquiryState,
)
from escalations.questions import questions_from, read_answers
from escalations.refusals import Notes
from escalations.services.inquiries import InquiryIsOver, open_inquiry, record_about
from escalations.services.inquiry_links import LinkIsOver, revoke_links, spend_link, usable_link
from helpdesk.models import TimelineKind
from helpdesk.services.attachments import Upload, keep_file, refuse_too_much

MAX_ANSWER, MAX_NAME = 10_000, 120


class AnswerNotPossible(RuleViolation):
    code = "answer_not_possible"


class NotAsked(RuleViolation):
    code = "not_asked"


@dataclass(frozen=True)
class Said:
    """What somebody answers: yes or no where that was asked, facts by key, words, files."""

    decision: str = ""
    facts: dict = field(default_factory=dict)
    text: str = ""
    uploads: Sequence[Upload] = ()


@transaction.atomic
def answer(inquiry_id: int, *, said: Said, by, at: datetime) -> InquiryAnswer:
    """Answer as a member or the lead of the department that was asked.

    :raises NotAsked: for anybody else.
    :raises InquiryIsOver: if it was answered or withdrawn.
    :raises AnswerNotPossible: if a yes or no, or anything at all, is missing.
    :raises InvalidInput: naming the facts that are missing or of the wrong kind.
    :raises AttachmentRefused: for too many or too large files.
    """
    ticket, inquiry = open_inquiry(inquiry_id)
    if not may_answer(inquiry, by):
        message = _("Only members of %(name)s answer this.") % {"name": inquiry.department}
        raise NotAsked(message)
    return _keep(inquiry, said, ticket=ticket, at=at, by=by)


@transaction.atomic
def answer_by_link(token: str, *, name: str, said: Said, at: datetime) -> InquiryAnswer:
    """Answer with a link, which is used up by it. ``name`` is what the person says of themselves.

    :raises LinkIsOver: if the link cannot be used (any more), whatever the reason.
    :raises AnswerNotPossible: if the name, a yes or no, or anything at all, is missing.
    :raises InvalidInput: naming the facts that are missing or of the wrong kind.
    :raises AttachmentRefused: for too many or too large files.
    """
    link = usable_link(token, at=at)
    name = " ".join(name.split())
    if not 1 <= len(name) <= MAX_NAME:
        raise AnswerNotPossible(_("Say who answers."), field="name")
    try:
        ticket, inquiry = open_inquiry(link.inquiry_id)
    except InquiryIsOver as error:
        raise LinkIsOver from error
    spend_link(link, at=at)
    return _keep(inquiry, said, ticket=ticket, at=at, link=link, name=name)


def may_answer(inquiry: Inquiry, user) -> bool:
    asked = Department.objects.answering(user).filter(pk=inquiry.department_id)
    return user.is_active and asked.exists()


def _keep(
    inquiry: Inquiry, said: Said, *, ticket, at: datetime, by=None, link: InquiryLink | None = None,
    name: str = "",
) -> InquiryAnswer:  # fmt: skip
    facts = _read(inquiry, said)
    refuse_too_much(said.uploads)
    kept = InquiryAnswer.objects.create(
        inquiry=inquiry,
        decision=said.decision,
        facts=facts,
        text=said.text.strip(),
        answered_at=at,
        answered_by=by,
        link=link,
        name=name,
    )
    InquiryFile.objects.bulk_create(_file(kept, upload) for upload in said.uploads)
    inquiry.state, inquiry.ended_at = InquiryState.ANSWERED, at
    inquiry.save(update_fields=["state", "ended_at"])
    revoke_links(inquiry, at=at)
    who = {"who": _("%(name)s by link") % {"name": name}} if link else {}
    entry = record_about(inquiry, TimelineKind.INQUIRY_ANSWERED, ticket=ticket, by=by, at=at, **who)
    events.inquiry_answered.send(Inquiry, inquiry=inquiry, answer=kept, entry=entry, by=by, at=at)
    return kept


def _read(inquiry: Inquiry, said: Said) -> dict:
    """Return the facts as they are kept.

    :raises InvalidInput: naming the facts that are missing or of the wrong kind.
    """
    possible = Decision.values if inquiry.asks_approval else [""]
    if said.decision not in possible:
        words = _("Say yes or no.") if inquiry.asks_approval else _("No yes or no was asked for.")
        raise AnswerNotPossible(words, field="decision")
    if len(said.text) > MAX_ANSWER:
        limit = {"limit": MAX_ANSWER}
        raise AnswerNotPossible(_("At most %(limit)d characters.") % limit, field="text")
    notes = Notes()
    facts = read_answers(said.facts, questions_from(inquiry.fields), notes=notes)
    notes.raise_if_any()
    if not (said.decision or facts or said.text.strip() or said.uploads):
        raise AnswerNotPossible(_("Write an answer."), field="text")
    return facts


def _file(kept: InquiryAnswer, upload: Upload) -> InquiryFile:
    stored = keep_file(upload)
    return InquiryFile(
        answer=kept,
        file=stored["storage_name"],
        file_name=stored["filename"],
        media_type=stored["content_type"],
        size=stored["size"],
        sha256=stored["sha256"],
    )
