"""What of a route's questions the ticket answers by itself."""

from collections.abc import Iterable
from datetime import datetime

from escalations.questions import Question, read_answers
from escalations.refusals import Notes
from helpdesk.models import MessageKind, Ticket


def answers_of(ticket: Ticket, questions: Iterable[Question]) -> dict[str, object]:
    """Return the answers the ticket gives by its order, money, category and customer.

    What it does not know, or what does not do as an answer, is left out.
    """
    found = {}
    for question in questions:
        answer = _SOURCES[question.source](ticket) if question.source else None
        if answer not in (None, ""):
            notes = Notes()
            read = read_answers({question.key: answer}, [question], notes=notes)
            found |= {} if notes.mistakes else read
    return found


def can_be_answered(answers: dict, questions: Iterable[Question]) -> bool:
    """Test whether nothing required is missing."""
    return all(one.key in answers for one in questions if one.is_required)


def _amount(ticket: Ticket) -> dict | None:
    money = ticket.financial_impact
    return None if money is None else {"minor": money.minor, "currency": money.currency}


def _first_contact(ticket: Ticket) -> str:
    opened_at: datetime = ticket.opened_at
    return opened_at.date().isoformat()


def _messages(ticket: Ticket) -> int:
    of_customer = ticket.messages.filter(kind=MessageKind.CUSTOMER_MESSAGE, is_automatic=False)
    return of_customer.count()


_SOURCES = {
    "order": lambda ticket: ticket.order and ticket.order.reference,
    "amount": _amount,
    "category": lambda ticket: ticket.category and ticket.category.name,
    "customer": lambda ticket: ticket.requester.name,
    "first_contact": _first_contact,
    "messages": _messages,
}
