"""Letters about inquiries: owed in the act's transaction, sent by a worker, found by a sweep.

A letter says that there is a question, from whom and until when. What is asked stands behind the
link, so that nothing of it lies in a mailbox.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from escalations import events
from escalations.models import (
    Department,
    Inquiry,
    InquiryLetter,
    InquiryState,
    LetterKind,
    SLAClock,
)
from escalations.services.inquiry_links import make_link
from helpdesk.mail.classification import LOOP_HEADER

logger = logging.getLogger(__name__)

#: A worker that has not sent after so long has died; then the next one tries.
PATIENCE = timedelta(minutes=5)
#: Minutes until the next attempt, by attempts made; after the last one it is given up.
BACK_OFF = (1, 5, 15, 60, 240, 720)
SWEEP_SIZE = 100
_TEMPLATES = "escalations/emails"


def owe_letters(inquiry: Inquiry, kind: str, *, at: datetime) -> int:
    """Owe everybody concerned a letter; returns how many. Needs the act's transaction."""
    readers = _READERS[kind](inquiry.department)
    letters = [
        InquiryLetter(
            inquiry=inquiry, kind=kind, to=to, user=user, created_at=at, next_attempt_at=at
        )
        for to, user in readers.items()
    ]
    InquiryLetter.objects.bulk_create(letters)
    events.inquiry_letters_owed.send(InquiryLetter, letters=letters, at=at)
    return len(letters)


def letters_owed(*, at: datetime) -> list[int]:
    return list(InquiryLetter.objects.owed(at).values_list("pk", flat=True)[:SWEEP_SIZE])


def send_letter(letter_id: int, *, at: datetime) -> None:
    """Send one letter. Asked twice at once it leaves once; a lost worker's leaves again."""
    claimed = _claim(letter_id, at=at)
    if claimed is None:
        return
    letter, token = claimed
    try:
        _written(letter, token).send()
    except (OSError, SMTPException) as error:
        logger.warning("Letter %s about an inquiry did not leave", letter.pk, exc_info=True)
        _put_off(letter, error, at=at)
        return
    InquiryLetter.objects.filter(pk=letter.pk).update(sent_at=at, error="")


def _of_department(department: Department) -> dict:
    """Its address, and its people who have an account, each once."""
    people = department.members.filter(is_active=True)
    readers = {person.email: person for person in people}
    if department.lead and department.lead.is_active:
        readers[department.lead.email] = department.lead
    if department.email:
        readers.setdefault(department.email, None)
    return readers


def _of_lead(department: Department) -> dict:
    """Whoever leads it; nobody named leaves it to the department itself."""
    readers = {}
    if department.lead and department.lead.is_active:
        readers[department.lead.email] = department.lead
    if department.lead_email:
        readers.setdefault(department.lead_email, None)
    return readers or _of_department(department)


_READERS = {
    LetterKind.ASKED: _of_department,
    LetterKind.REMINDER: _of_department,
    LetterKind.LEAD: _of_lead,
    LetterKind.WITHDRAWN: _of_department,
}


@transaction.atomic
def _claim(letter_id: int, *, at: datetime) -> tuple[InquiryLetter, str] | None:
    """Take a letter and make its link; None if it is not owed, or is another's."""
    owed = InquiryLetter.objects.owed(at).filter(pk=letter_id)
    letter = owed.select_for_update(skip_locked=True, of=("self",), no_key=True).first()
    if letter is None:
        return None
    is_needless = (letter.inquiry.state == InquiryState.OPEN) == (
        letter.kind == LetterKind.WITHDRAWN
    )
    letter.attempts += 1
    letter.next_attempt_at = at + PATIENCE
    letter.given_up_at = at if is_needless else None
    letter.save(update_fields=["attempts", "next_attempt_at", "given_up_at"])
    if is_needless:
        return None
    has_link = letter.user is None and letter.kind != LetterKind.WITHDRAWN
    return letter, make_link(letter.inquiry, at=at, sent_to=letter.to) if has_link else ""


def _put_off(letter: InquiryLetter, error: Exception, *, at: datetime) -> None:
    is_last = letter.attempts > len(BACK_OFF)
    wait = timedelta(minutes=BACK_OFF[min(letter.attempts, len(BACK_OFF)) - 1])
    InquiryLetter.objects.filter(pk=letter.pk).update(
        next_attempt_at=at + wait, given_up_at=at if is_last else None, error=str(error)[:250]
    )


def _written(letter: InquiryLetter, token: str) -> EmailMultiAlternatives:
    """Write the letter in the reader's language; for an address in the house's."""
    inquiry, reader = letter.inquiry, letter.user
    zone = ZoneInfo(reader.time_zone if reader else settings.TIME_ZONE)
    words = {
        "inquiry": inquiry,
        "kind": letter.kind,
        "due_at": deadline_of(inquiry),
        "house": settings.SUPPORT_NAME,
        "site_url": settings.SITE_URL,
        "token": token,
        "reader": reader,
    }
    language = reader.language if reader else settings.LANGUAGE_CODE
    path = f"{_TEMPLATES}/inquiry"
    with translation.override(language), timezone.override(zone):
        mail = EmailMultiAlternatives(
            subject=" ".join(render_to_string(f"{path}.subject.txt", words).split()),
            body=render_to_string(f"{path}.txt", words),
            to=[letter.to],
            headers={
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
                LOOP_HEADER: settings.MAIL_DOMAIN,
            },
        )
        mail.attach_alternative(render_to_string(f"{path}.html", words), "text/html")
    return mail


def deadline_of(inquiry: Inquiry) -> datetime:
    """Return until when the answer is owed: as its clock says."""
    clock = SLAClock.objects.filter(ticket=inquiry.ticket_id, reference=inquiry.reference)
    due_at = clock.values_list("due_at", flat=True).first()
    return due_at or inquiry.asked_at + timedelta(seconds=inquiry.target_seconds)
