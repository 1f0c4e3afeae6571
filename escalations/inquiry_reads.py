"""Inquiries as pages and REST read them, each with what is for the reader's eyes."""

from datetime import UTC, datetime

from django.db.models import Q, QuerySet
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from escalations.countdowns import Countdown
from escalations.models import Inquiry, InquiryFile, Metric, SLAClock
from escalations.questions import QuestionKind, money_of, questions_from
from helpdesk.models import Ticket

#: A ticket with more of them shows the newest.
SHOWN_OF_A_TICKET = 50


def inquiries_shown(inquiries: QuerySet[Inquiry]) -> QuerySet[Inquiry]:
    """Load what an inquiry shows, in two queries for any number of them."""
    related = inquiries.select_related(
        "department", "template", "asked_by", "ticket", "answer__answered_by"
    )
    return related.prefetch_related("answer__files", "links")


def inquiries_of(ticket: Ticket, *, user) -> list[Inquiry]:
    """Return those of a ticket and of what was merged into it, the newest first.

    One that is not for the reader's eyes is among them: ``is_readable`` says so, and nothing of
    it but its restriction may be shown.
    """
    whole = Inquiry.objects.filter(Q(ticket=ticket) | Q(ticket__merge_root=ticket))
    shown = inquiries_shown(whole.with_readability(user))
    return list(shown.order_by("-pk")[:SHOWN_OF_A_TICKET])


def with_clocks(inquiries: list[Inquiry]) -> list[Inquiry]:
    """Give each its clock as a countdown, in one query; none where nothing may be read."""
    readable = {one.reference: one for one in inquiries if getattr(one, "is_readable", True)}
    now = datetime.now(UTC)
    for one in inquiries:
        one.countdown = None
    if readable:
        tickets = {one.ticket_id for one in readable.values()}
        clocks = SLAClock.objects.filter(
            ticket__in=tickets, metric=Metric.INQUIRY, reference__in=readable
        )
        for clock in clocks:
            readable[clock.reference].countdown = Countdown(clock, now)
    return inquiries


def files_for(user) -> QuerySet[InquiryFile]:
    """Return the files of answers that somebody may read."""
    inquiries = Inquiry.objects.visible_to(user).values("pk")
    return InquiryFile.objects.filter(answer__inquiry__in=inquiries)


def facts_in_words(inquiry: Inquiry) -> list[tuple[str, str]]:
    """Return the facts of an answer as a reader understands them: what was asked, what was said."""
    said = inquiry.answer.facts
    return [
        (one.label, fact_words(one.kind, said[one.key]))
        for one in questions_from(inquiry.fields)
        if one.key in said
    ]


def fact_words(kind: str, fact: object) -> str:
    """Say one fact: money with its currency, a date as people write it, yes or no."""
    if kind == QuestionKind.MONEY:
        return money_of(fact).format()
    if kind == QuestionKind.DATE:
        return date_format(datetime.fromisoformat(fact), "j M Y")
    if kind == QuestionKind.YES_NO:
        return _("Yes") if fact else _("No")
    if kind == QuestionKind.NUMBER:
        return number_format(fact)
    return str(fact)
