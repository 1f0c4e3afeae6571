"""Investigations, problems and plans made through the services, for tests of what follows."""

from escalations.models import ActionKind, RootCause
from escalations.services.actions import add_action
from escalations.services.investigations import (
    add_finding,
    choose_causes,
    complete_investigation,
    open_investigation,
)
from escalations.services.problems import open_problem
from escalations.services.root_causes import add_root_cause
from tests.factories import MONDAY

QUESTION = "Was the parcel delivered to the customer's address?"
CONCLUSION = "The driver confused Alder Court with Alder Street."


def make_cause(name="Address confused", *, group="Carrier", by) -> RootCause:
    parent = RootCause.objects.filter(name=group, parent=None).first()
    return add_root_cause(name=name, parent=parent or add_root_cause(name=group, by=by), by=by)


def investigate(ticket, *, by, question=QUESTION):
    return open_investigation(ticket.pk, question=question, by=by, at=MONDAY)


def complete(investigation, *, cause, by, at=MONDAY):
    add_finding(investigation.pk, text="GPS says Alder Street.", by=by, at=at)
    choose_causes(investigation.pk, root_cause=cause, by=by)
    return complete_investigation(investigation.pk, conclusion=CONCLUSION, by=by, at=at)


def make_action(*, by, owner=None, due_on=None, **of):
    return add_action(
        kind=ActionKind.CORRECTIVE,
        text="Claim the parcel from the carrier",
        owner=owner or by,
        due_on=due_on or MONDAY.date(),
        by=by,
        at=MONDAY,
        **of,
    )


def make_problem(*, by, title="Tanks of lot 2611 crack", at=MONDAY, **facts):
    return open_problem(title=title, by=by, at=at, **facts)
