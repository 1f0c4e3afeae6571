"""What Northvane's specialists find out: questions to departments, an investigation, a problem."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from escalations.models import ActionKind, Department, Investigation, RootCause
from escalations.services.actions import add_action
from escalations.services.evidence import quote_message
from escalations.services.inquiries import Wish, ask
from escalations.services.inquiry_answers import Said, answer
from escalations.services.investigations import (
    add_finding,
    choose_causes,
    complete_investigation,
    open_investigation,
)
from escalations.services.problems import confirm_problem, open_problem
from escalations.services.solutions import draft_customer_text, plan_part
from helpdesk.demo.script import duration
from helpdesk.models import MessageKind, Ticket

CARAFE, PALLET, KETTLE = "carafe-simone", "pallet-gus", "kettle-claim-tanya"


def prepare(company, *, now: datetime) -> None:
    """Nothing is found out before somebody has a case."""


def tick(*, at: datetime) -> None:
    """Nothing is found out by itself."""


def acts(*, now: datetime) -> Iterator[tuple[datetime, Callable]]:
    """Yield what is found out, each with its moment, to be called with the stage."""
    for ago, act in _STORY:
        at = now - duration(ago)
        yield at, lambda stage, act=act, at=at: act(stage, at)


def _investigate_the_carafe(stage, at: datetime) -> None:
    who, number = stage.company.people["dev"], stage.tickets[CARAFE]
    found = open_investigation(
        number, question="Why does every third carafe of lot 2611 crack at the handle?",
        by=who, at=at,
    )  # fmt: skip
    said = Ticket.objects.get(pk=number).messages.filter(kind=MessageKind.CUSTOMER_MESSAGE)
    quote_message(found.pk, message=said.earliest("pk"), by=who, at=at)
    add_finding(
        found.pk, text="All broken handles carry the stamp of one night shift.",
        by=who, at=at,
    )  # fmt: skip


def _find_the_cause(stage, at: datetime) -> None:
    who, found = stage.company.people["dev"], Investigation.objects.get()
    add_finding(
        found.pk, text="The glue was applied at 9 °C; its data sheet asks for 18 °C at least.",
        by=who, at=at,
    )  # fmt: skip
    choose_causes(found.pk, root_cause=RootCause.objects.get(name="Fault from one batch"), by=who)
    add_action(
        kind=ActionKind.CORRECTIVE, text="Block lot 2611 and send what is left to the press",
        owner=who, due_on=(at + timedelta(days=5)).date(), investigation=found, by=who, at=at,
    )  # fmt: skip
    complete_investigation(
        found.pk, conclusion="Handles of lot 2611 were glued too cold. Lot 2619 is sound.",
        by=who, at=at,
    )  # fmt: skip


def _name_the_problem(stage, at: datetime) -> None:
    who = stage.company.people["dev"]
    problem = open_problem(
        title="Carafe handles of lot 2611 crack",
        description="Glued too cold in the night shift. Whoever has one gets lot 2619.",
        tickets=[stage.tickets[CARAFE]], by=who, at=at,
    )  # fmt: skip
    confirm_problem(problem.pk, reason="The press shows cold glue.", by=who, at=at)


def _ask_finance(stage, at: datetime) -> None:
    wish = Wish(
        "May we credit the freight before the carrier's insurance has answered?",
        asks_approval=True, seconds=28800,
    )  # fmt: skip
    made = _ask(stage, PALLET, "Finance", wish, who="amara", at=at)
    said = Said(decision="approve", text="Yes, up to 150 dollars, booked on goodwill.")
    answer(made.pk, said=said, by=stage.company.people["jonas"], at=at + timedelta(hours=2))


def _ask_the_warehouse(stage, at: datetime) -> None:
    wish = Wish(
        "Can nine boxes leave today by express, on two straps?",
        asks_approval=True, is_blocking=True, seconds=28800,
    )  # fmt: skip
    _ask(stage, PALLET, "Dallas warehouse", wish, who="amara", at=at)


def _ask_legal(stage, at: datetime) -> None:
    wish = Wish(
        "Her attorney writes on Friday. What may we say about the claim, and what not?",
        restriction="legal", seconds=86400,
    )  # fmt: skip
    _ask(stage, KETTLE, "Legal", wish, who="jonas", at=at)


def _plan_for_the_cafe(stage, at: datetime) -> None:
    who, number = stage.company.people["amara"], stage.tickets[PALLET]
    plan_part(number, kind="replacement", note="Nine boxes by express", by=who, at=at)
    plan_part(number, kind="apology", by=who, at=at)
    draft_customer_text(number, by=who, at=at)


def _ask(stage, key: str, department: str, wish: Wish, *, who: str, at: datetime):
    asked = Department.objects.get(name=department)
    by = stage.company.people[who]
    return ask(stage.tickets[key], department_id=asked.pk, wish=wish, by=by, at=at)


_STORY = (
    ("4d20h", _investigate_the_carafe),
    ("3d2h", _find_the_cause),
    ("3d1h30m", _name_the_problem),
    ("1d", _ask_finance),
    ("20h", _plan_for_the_cafe),
    ("6h", _ask_legal),
    ("3h", _ask_the_warehouse),
)
