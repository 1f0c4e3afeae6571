"""Departments that are asked, and what they are usually asked."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.models import User
from accounts.permissions import require
from accounts.rules import Act
from accounts.services.values import NameIsTaken, refuse_unknown, refused_as, tidy_name
from escalations.models import Department, InquiryTemplate
from escalations.questions import read_questions
from escalations.refusals import Notes
from escalations.services.inquiries import LONGEST, MAX_QUESTION, SHORTEST, USUAL
from helpdesk.models import Restriction

MAX_NAME = 80


class AddressNotPossible(RuleViolation):
    code = "address_not_possible"


class PersonNotPossible(RuleViolation):
    code = "person_not_possible"


class TemplateNotPossible(RuleViolation):
    code = "template_not_possible"


@transaction.atomic
def create_department(
    *,
    name: str,
    by,
    at: datetime,
    email: str = "",
    lead: int | None = None,
    lead_email: str = "",
    members: Collection[int] = (),
) -> Department:
    """Make a department. ``lead`` and ``members`` are the ids of active people.

    :raises NameIsTaken: if another department is called so, whatever its case.
    :raises NameNotPossible: for a name that is empty or too long.
    :raises AddressNotPossible: for what is no address.
    :raises PersonNotPossible: for somebody who is not there.
    """
    require(by, Act.MANAGE_DEPARTMENTS)
    department = Department()
    _take(department, name=name, email=email, lead=lead, lead_email=lead_email)
    department.members.set(_people(members))
    return department


@transaction.atomic
def change_department(
    department_id: int,
    *,
    by,
    at: datetime,
    name: str,
    email: str = "",
    lead: int | None = None,
    lead_email: str = "",
    members: Collection[int] = (),
) -> Department:
    """Say anew who a department is. Refuses what ``create_department`` does.

    Open inquiries stay with it: whoever joins answers them, whoever leaves does not.
    """
    require(by, Act.MANAGE_DEPARTMENTS)
    department = Department.objects.select_for_update(no_key=True).get(pk=department_id)
    _take(department, name=name, email=email, lead=lead, lead_email=lead_email)
    department.members.set(_people(members))
    return department


@transaction.atomic
def create_template(department_id: int, *, by, at: datetime, **content) -> InquiryTemplate:
    """Make a template of a department; ``content`` as ``change_template`` takes it."""
    require(by, Act.MANAGE_DEPARTMENTS)
    department = Department.objects.get(pk=department_id)
    return _fill(InquiryTemplate(department=department), **content)


@transaction.atomic
def change_template(template_id: int, *, by, at: datetime, **content) -> InquiryTemplate:
    """Change what is usually asked; inquiries that were made from it stay as they are.

    ``content``: name, question, questions (typed answers), asks_approval, is_blocking,
    restriction, seconds, is_active.

    :raises NameIsTaken: if another template of the department is called so.
    :raises TemplateNotPossible: for a question that is too long or a time nobody could keep.
    :raises InvalidInput: naming the typed answer that cannot be asked for so.
    """
    require(by, Act.MANAGE_DEPARTMENTS)
    template = InquiryTemplate.objects.select_for_update(no_key=True, of=("self",))
    return _fill(template.get(pk=template_id), **content)


def _take(
    department: Department, *, name: str, email: str, lead: int | None, lead_email: str
) -> None:
    department.name = tidy_name(name, limit=MAX_NAME, field="name")
    department.email = _address(email, field="email")
    department.lead_email = _address(lead_email, field="lead_email")
    department.lead = _people([lead], field="lead")[0] if lead else None
    taken = NameIsTaken(
        _("There is a department called %(name)s already.") % {"name": department.name},
        field="name",
    )
    with refused_as(taken, by="department_name_is_unique_whatever_its_case"):
        department.save()


def _fill(
    template: InquiryTemplate,
    *,
    name: str,
    question: str = "",
    questions: list | None = None,
    asks_approval: bool = False,
    is_blocking: bool = False,
    restriction: str = "",
    seconds: int = USUAL,
    is_active: bool = True,
) -> InquiryTemplate:
    template.name = tidy_name(name, limit=MAX_NAME, field="name")
    template.question = question.strip()
    if len(template.question) > MAX_QUESTION:
        limit = {"limit": MAX_QUESTION}
        raise TemplateNotPossible(_("At most %(limit)d characters.") % limit, field="question")
    refuse_unknown(restriction, ["", *Restriction.values], field="restriction")
    if not SHORTEST <= seconds <= LONGEST:
        raise TemplateNotPossible(_("Possible: from 15 minutes to 90 days."), field="seconds")
    notes = Notes()
    read = read_questions(questions or [], notes=notes)
    notes.raise_if_any()
    template.fields = [one.as_record() for one in read]
    template.asks_approval, template.is_blocking = asks_approval, is_blocking
    template.restriction, template.seconds = restriction, seconds
    template.is_active = is_active
    taken = NameIsTaken(_("This department has a template called so already."), field="name")
    with refused_as(taken, by="one_inquiry_template_per_name"):
        template.save()
    return template


def _address(email: str, *, field: str) -> str:
    email = email.strip()
    try:
        if email:
            validate_email(email)
    except ValidationError as error:
        message = _("Write an address as name@company.example.")
        raise AddressNotPossible(message, field=field) from error
    return email


def _people(ids: Collection[int], *, field: str = "members") -> list[User]:
    wanted = set(ids)
    people = list(User.objects.active().filter(pk__in=wanted))
    if len(people) < len(wanted):
        raise PersonNotPossible(_("Somebody named here is not there any more."), field=field)
    return people
