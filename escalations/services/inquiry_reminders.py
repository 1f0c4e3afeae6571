"""What happens by itself while an answer is owed: a reminder, then a word to the lead.

Each once per inquiry: whoever sets the moment owes the letters, in the same transaction.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import (
    CharField,
    DateTimeField,
    ExpressionWrapper,
    F,
    OuterRef,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Concat

from escalations.models import Inquiry, InquiryState, LetterKind, Metric, SLAClock
from escalations.services.inquiry_letters import owe_letters

#: A reminder goes out when this share of the time for the answer has passed.
REMINDED_AFTER = 0.75
BATCH = 200


def sweep_inquiries(*, at: datetime) -> int:
    """Remind and tell leads where that is due; returns how many inquiries that were."""
    late = list(_owed(due_at__lte=at, lead_told_at=None)[:BATCH])
    near = list(_owed(reminded_at=None, remind_at__lte=at, due_at__gt=at)[:BATCH])
    told = sum(_do_once(pk, "lead_told_at", LetterKind.LEAD, at=at) for pk in late)
    return told + sum(_do_once(pk, "reminded_at", LetterKind.REMINDER, at=at) for pk in near)


@transaction.atomic
def _do_once(inquiry_id: int, column: str, kind: str, *, at: datetime) -> bool:
    waiting = Inquiry.objects.filter(
        pk=inquiry_id, state=InquiryState.OPEN, **{f"{column}__isnull": True}
    )
    if waiting.update(**{column: at}) != 1:
        return False
    inquiry = Inquiry.objects.select_related("department__lead").get(pk=inquiry_id)
    owe_letters(inquiry, kind, at=at)
    return True


def _owed(**conditions):
    """Return the keys of open inquiries by their clocks: the deadline, and when to remind."""
    reference = Concat(Value("inquiry:"), Cast(OuterRef("pk"), CharField()))
    clock = SLAClock.objects.filter(
        ticket=OuterRef("ticket"), metric=Metric.INQUIRY, reference=reference
    )
    passed = F("started_at") + (F("due_at") - F("started_at")) * REMINDED_AFTER
    remind_at = clock.annotate(moment=ExpressionWrapper(passed, DateTimeField()))
    owed = Inquiry.objects.open().annotate(
        due_at=Subquery(clock.values("due_at")[:1]),
        remind_at=Subquery(remind_at.values("moment")[:1]),
    )
    return owed.filter(**conditions).order_by("asked_at").values_list("pk", flat=True)
