"""An escalated ticket that is claimed, assigned or moved by either door: one rule, one sentence."""

from html import unescape

import pytest

from escalations.models import EscalationState
from tests.escalations.contracts import into, make_stage

pytestmark = pytest.mark.django_db

both_doors = pytest.mark.parametrize("door", ["page", "rest"])


@both_doors
@pytest.mark.parametrize(
    ("page", "rest", "field"), [("assign", "assign", "assignee"), ("team", "move", "team")]
)
def test_what_the_contract_does_not_allow_is_said_alike(client, door, page, rest, field):
    stage = into(make_stage(), EscalationState.ACCEPTED)
    number, front = stage.escalation.ticket_id, stage.front
    client.force_login(stage["lead"])
    sent = {"assignee": stage["agent_in_tier"].pk} if field == "assignee" else {"team": front.pk}
    refused = client.post(
        f"/api/v1/tickets/{number}/{rest}/", sent, content_type="application/json"
    )
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (409, field)
    if door == "rest":
        return

    form = {"to": sent["assignee"]} if field == "assignee" else sent
    answer = client.post(f"/tickets/{number}/{page}/", form, headers={"HX-Request": "true"})

    assert answer.status_code == 422
    assert refused.json()["detail"] in unescape(answer.content.decode())


@both_doors
def test_claiming_what_waits_accepts_it_by_either_door(client, door):
    stage = make_stage()
    client.force_login(stage["member"])
    root = "/tickets" if door == "page" else "/api/v1/tickets"

    client.post(f"{root}/{stage.escalation.ticket_id}/claim/", content_type="application/json")

    assert (stage.now().state, stage.now().specialist) == ("accepted", stage["member"])
