"""The screens of investigations, problems and tailored solutions, with something on them."""

from escalations.services.evidence import add_link, quote_message
from escalations.services.problems import confirm_problem
from escalations.services.solutions import draft_customer_text, plan_part
from tests.browser.screens import Screen
from tests.escalations.investigating import (
    complete,
    investigate,
    make_action,
    make_cause,
    make_problem,
)
from tests.factories import MONDAY, customer_writes, make_ticket


def screens_of_investigations(*, admin, team) -> list[Screen]:
    ticket = make_ticket(team=team)
    message = customer_writes(ticket, "The camera shows nobody.")
    cause = make_cause(by=admin)
    running, done = investigate(ticket, by=admin), investigate(ticket, by=admin)
    piece = quote_message(done.pk, message=message, by=admin, at=MONDAY)
    add_link(done.pk, url="https://ups.example/1", title="Scan", by=admin, at=MONDAY)
    complete(done, cause=cause, by=admin)
    problem = make_problem(by=admin, skus=["CM-9"], tickets=[ticket.pk])
    for of in ({"investigation": running}, {"problem": problem}):
        make_action(by=admin, **of)
    confirm_problem(problem.pk, by=admin, at=MONDAY)
    plan_part(ticket.pk, kind="replacement", by=admin, at=MONDAY)
    draft_customer_text(ticket.pk, by=admin, at=MONDAY)
    return [
        Screen("escalations:new_investigation", (ticket.pk,)),
        Screen("escalations:investigation", (running.pk,)),
        Screen("escalations:investigation", (done.pk,)),
        Screen("escalations:investigation_report", (done.pk,)),
        Screen("escalations:evidence", (piece.pk,)),
        Screen("escalations:root_causes"),
        Screen("escalations:problems"),
        Screen("escalations:problems", query="?state=verified"),
        Screen("escalations:new_problem"),
        Screen("escalations:problem", (problem.pk,)),
        Screen("escalations:solution", (ticket.pk,)),
    ]
