"""The screens of inquiries with something on each of them."""

from django.utils import timezone

from accounts.models import Role
from escalations.services.inquiry_answers import Said, answer
from escalations.services.inquiry_links import make_link
from tests.browser.screens import Screen
from tests.escalations.inquiring import (
    FACTS,
    make_department,
    make_inquiry,
    make_inquiry_template,
)
from tests.factories import make_ticket, make_user

ALL_KINDS = [
    *FACTS,
    {"key": "day", "label": "From which day?", "kind": "date"},
    {"key": "count", "label": "How many?", "kind": "number"},
    {"key": "whole", "label": "All of it?", "kind": "yes_no"},
    {"key": "carrier", "label": "By whom?", "kind": "choice", "choices": ["UPS", "FedEx"]},
]


def screens_of_inquiries(*, lead, team) -> tuple[list[Screen], list[Screen], list[Screen]]:
    """Return those of nobody signed in, of the lead, and of the administrator."""
    now = timezone.now()
    department = make_department("Dallas warehouse", members=[lead.pk])
    template = make_inquiry_template(department, questions=ALL_KINDS, asks_approval=True)
    ticket = make_ticket(team=team, at=now)
    make_inquiry(ticket, by=make_user(Role.COMPLIANCE), restriction="legal", at=now)
    told = make_inquiry(ticket, department=department, by=lead, at=now)
    answer(told.pk, said=Said(text="Trace attached."), by=lead, at=now)
    asked = make_inquiry(
        ticket, department=department, by=lead, at=now, questions=ALL_KINDS,
        asks_approval=True, is_blocking=True,
    )  # fmt: skip
    token = make_link(asked, at=now)
    outside = [
        Screen("escalations:inquiry_link", (token,)),
        Screen("escalations:inquiry_link", ("over",)),
        Screen("escalations:inquiry_answered"),
    ]
    inside = [
        Screen("escalations:inquiries"),
        Screen("escalations:inquiry", (asked.pk,)),
        Screen("escalations:inquiry", (told.pk,)),
        Screen("escalations:ask", (ticket.pk,)),
        Screen("escalations:ask", (ticket.pk,), f"?template={template.pk}"),
        Screen("helpdesk:ticket", (ticket.pk,)),
    ]
    of_admin = [
        Screen("escalations:departments"),
        Screen("escalations:new_department"),
        Screen("escalations:department", (department.pk,)),
        Screen("escalations:new_template", (department.pk,)),
        Screen("escalations:inquiry_template", (template.pk,)),
    ]
    return outside, inside, of_admin
