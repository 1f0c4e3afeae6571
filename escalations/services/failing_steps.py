"""Steps of clocks that cannot be carried out: who looks after them sees them, and tries again."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from escalations import events
from escalations.models import SLAEvent


class StepIsDone(RuleViolation):
    code = "step_is_done"


def failing_steps() -> QuerySet[SLAEvent]:
    """Return the steps that failed and wait to be tried again, with their clocks."""
    return SLAEvent.objects.failing().select_related("clock")


@transaction.atomic
def try_again(event_id: int, *, by, at: datetime) -> SLAEvent:
    """Let a failing step be tried at once, whenever its turn would have come.

    :raises StepIsDone: if it does not fail any more.
    """
    require(by, Act.MANAGE_SLA)
    locked = SLAEvent.objects.select_for_update(of=("self",), no_key=True)
    event = locked.get(pk=event_id)
    if not SLAEvent.objects.failing().filter(pk=event_id).exists():
        raise StepIsDone(_("Nothing is left to try again: it has been carried out."))
    event.next_attempt_at = at
    event.save(update_fields=["next_attempt_at"])
    events.steps_recorded.send(SLAEvent, count=1, at=at)
    return event
