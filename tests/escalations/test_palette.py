"""What the palette and the key E offer on a ticket: to hand it up, or what its case allows."""

import pytest
from django.urls import reverse

from escalations.models import EscalationState
from helpdesk.models import Ticket
from helpdesk.palette import acts_on
from tests.escalations.contracts import into, make_stage

pytestmark = pytest.mark.django_db

OFFERED = [
    ("waiting", "member", {"Open the case", "Accept the case", "Send it back"}),
    ("waiting", "first_agent", {"Open the case", "Withdraw the escalation"}),
    ("accepted", "specialist", {"Open the case", "Complete the case", "Hand it over",
                                "Send it back"}),
    ("accepted", "first_agent", {"Open the case"}),
    ("sent_back", "first_agent", {"Open the case", "Escalate it again",
                                  "Withdraw the escalation"}),
    ("withdrawn", "first_agent", {"Escalate"}),
]  # fmt: skip
ALL = set().union(*(words for _state, _who, words in OFFERED))


@pytest.mark.parametrize(("state", "who", "words"), OFFERED)
def test_what_is_possible_is_offered_and_nothing_else(state, who, words):
    stage = into(make_stage(), state)
    ticket = Ticket.objects.get(pk=stage.escalation.ticket_id)

    labels = {str(item.label) for item in acts_on(ticket, "", user=stage[who])}

    assert labels & ALL == words
    assert ("Join the escalation" in labels) == (state != "withdrawn")


def test_the_key_opens_the_case_where_one_runs(client):
    stage = make_stage()
    client.force_login(stage["first_agent"])
    address = reverse("helpdesk:ticket", args=[stage.escalation.ticket_id])

    running = client.get(address).content.decode()
    into(stage, EscalationState.WITHDRAWN)
    free = client.get(address).content.decode()

    assert running.count('data-key="e"') == free.count('data-key="e"') == 1
    case = reverse("escalations:case", args=[stage.escalation.pk])
    assert f'href="{case}" data-key="e"' in running
    assert reverse("escalations:escalate", args=[stage.escalation.ticket_id]) in free


def test_every_address_offered_answers(client):
    stage = into(make_stage(), EscalationState.ACCEPTED)
    ticket = Ticket.objects.get(pk=stage.escalation.ticket_id)
    client.force_login(stage["specialist"])

    for item in acts_on(ticket, "", user=stage["specialist"]):
        if item.url:
            assert client.get(item.url).status_code == 200, item.url
