"""The screens of escalated cases, with one in every state."""

from django.utils import timezone

from escalations.models import EscalationState
from tests.browser.screens import Screen
from tests.escalations.contracts import into, make_stage
from tests.escalations.making import make_escalation, make_route
from tests.factories import customer_writes, make_note, make_reply, make_ticket

QUESTIONS = [
    {"key": "lot", "label": "Which lot?", "kind": "text", "choices": [], "is_required": True},
    {"key": "worth", "label": "What is it worth?", "kind": "money", "choices": [],
     "is_required": True},
    {"key": "since", "label": "Since when?", "kind": "date", "choices": [], "is_required": False},
    {"key": "photo", "label": "Is there a photo?", "kind": "yes_no", "choices": [],
     "is_required": False},
]  # fmt: skip
FACTS = {"lot": "2611", "worth": {"amount": "12.50", "currency": "EUR"}}


def screens_of_escalations(*, admin, team) -> list[Screen]:
    """Return them for an administrator, who sees every case."""
    cases = {state: into(make_stage(), state).escalation for state in EscalationState.values}
    route = make_route("Glass", questions=QUESTIONS)
    ticket, free = make_ticket(team=team), make_ticket(team=team)
    make_note(ticket, by=admin)
    make_reply(ticket, by=admin)
    customer_writes(ticket, "It leaks again.")
    told = make_escalation(ticket, route=route, facts=FACTS, by=admin, at=timezone.now())
    return [
        Screen("escalations:cases"),
        Screen("escalations:cases", query=f"?case={told.pk}&route={route.pk}"),
        Screen("escalations:cases", query="?as=board"),
        Screen("escalations:cases", query="?state=waiting&skill=999"),
        Screen("escalations:my_cases"),
        Screen("escalations:case", (told.pk,)),
        *(Screen("escalations:case", (case.pk,)) for case in cases.values()),
        Screen("escalations:case_act", (cases["accepted"].pk, "hand-over")),
        Screen("escalations:case_act", (cases["accepted"].pk, "complete")),
        Screen("escalations:case_act", (told.pk, "send-back")),
        Screen("escalations:case_act", (cases["for_decision"].pk, "decide")),
        Screen("escalations:case_act", (told.pk, "resubmit")),
        Screen("escalations:escalate", (free.pk,), f"?route={route.pk}"),
        Screen("helpdesk:ticket", (ticket.pk,)),
        Screen("helpdesk:ticket", (cases["completed"].ticket_id,)),
    ]
