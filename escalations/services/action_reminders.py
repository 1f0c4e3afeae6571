"""Reminding people of their actions, on the due day and then rarer: once per day at most.

``reminded_on`` is set by compare-and-set in the transaction that writes the notification, so of
two sweeps at once one tells. Who sees no ticket that the action is about gets a letter: the mark
is committed before it leaves, and what is lost on the way comes again with the next reminder.
"""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from escalations.action_days import is_reminder_owed
from escalations.models import CorrectiveAction, ProblemTicket
from escalations.services.actions import today_of
from helpdesk.models import NotificationKind, Ticket, TimelineKind
from helpdesk.services.notifications import tell
from helpdesk.services.timeline import record

#: Somewhere it is tomorrow already.
AHEAD = timedelta(days=1)


def remind_of_actions(*, at: datetime) -> int:
    """Tell every owner of what is due; returns how many were told."""
    waiting = CorrectiveAction.objects.filter(
        done_at=None, due_on__lte=at.date() + AHEAD, owner__is_active=True
    ).filter(Q(reminded_on=None) | Q(reminded_on__lt=at.date() + AHEAD))
    told = 0
    for action in waiting.select_related("owner", "problem").order_by("due_on", "pk").iterator():
        today = today_of(action.owner, at=at)
        if is_reminder_owed(action.due_on, action.reminded_on, today=today):
            told += _remind(action, today=today, at=at)
    return told


def _remind(action: CorrectiveAction, *, today: date, at: datetime) -> bool:
    with transaction.atomic():
        ticket = _ticket_of(action)
        if ticket is not None:
            ticket = Ticket.objects.locked(ticket.pk)
        if not _claim(action, today=today):
            return False
        if ticket is not None:
            _tell(action, ticket, at=at)
            return True
    _letter(action).send()
    return True


def _claim(action: CorrectiveAction, *, today: date) -> bool:
    untouched = CorrectiveAction.objects.filter(
        pk=action.pk, reminded_on=action.reminded_on, done_at=None, due_on=action.due_on
    )
    return untouched.update(reminded_on=today) == 1


def _ticket_of(action: CorrectiveAction) -> Ticket | None:
    """The investigated ticket; of a problem the newest that its owner sees."""
    visible = Ticket.objects.visible_to(action.owner)
    if action.investigation_id:
        return visible.filter(investigations=action.investigation_id).first()
    linked = ProblemTicket.objects.filter(problem=action.problem_id).values("ticket_id")
    return visible.filter(pk__in=linked).order_by("-pk").first()


def _tell(action: CorrectiveAction, ticket: Ticket, *, at: datetime) -> None:
    entry = record(ticket, TimelineKind.ACTION_DUE, at=at, after=action.text, action=action.pk)
    tell([action.owner_id], NotificationKind.ACTION_DUE, entry=entry, by=None, at=at)


def _letter(action: CorrectiveAction) -> EmailMessage:
    with translation.override(action.owner.language):
        where = (
            f"{settings.SITE_URL}/problems/{action.problem_id}/"
            if action.problem_id
            else settings.SITE_URL
        )
        body = _("%(text)s\nDue on %(day)s.\n\n%(address)s") % {
            "text": action.text,
            "day": action.due_on.isoformat(),
            "address": where,
        }
        return EmailMessage(
            subject=_("A corrective action is due: %(text)s") % {"text": action.text},
            body=body,
            to=[action.owner.email],
        )
