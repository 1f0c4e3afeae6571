"""Departments and inquiries for tests, made through the services."""

from itertools import count

from accounts.models import Role
from escalations.models import Department, Inquiry
from escalations.services.departments import create_department, create_template
from escalations.services.inquiries import Wish, ask
from escalations.services.inquiry_links import make_link
from tests.factories import MONDAY, make_user

QUESTION = "May we ship again before the carrier admits it?"
FACTS = [
    {"key": "cost_centre", "label": "Cost centre", "kind": "text"},
    {"key": "amount", "label": "Up to which amount?", "kind": "money", "is_required": False},
]
_numbers = count(1)


def make_department(name: str = "", *, email: str = "dallas@northvane.example", **fields):
    return create_department(
        name=name or f"Logistics {next(_numbers)}",
        email=email,
        by=make_user(Role.ADMIN),
        at=MONDAY,
        **fields,
    )


def make_inquiry_template(department: Department | None = None, **content):
    content = {"name": "Ship again", "question": QUESTION, "questions": FACTS} | content
    department = department or make_department()
    return create_template(department.pk, by=make_user(Role.ADMIN), at=MONDAY, **content)


def make_inquiry(ticket, *, department=None, by=None, at=MONDAY, question=QUESTION, **wish):
    return ask(
        ticket.pk,
        department_id=(department or make_department()).pk,
        wish=Wish(question, **wish),
        by=by or make_user(Role.SPECIALIST, team=ticket.team),
        at=at,
    )


def make_token(inquiry: Inquiry, *, at=MONDAY) -> str:
    return make_link(inquiry, at=at)
