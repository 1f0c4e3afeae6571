"""Macros at both doors, in the palette, and as a letter to the customers of a problem."""

import pytest
from django.urls import reverse

from accounts.models import Role
from helpdesk.palette import palette
from policies.models import Macro
from tests.factories import MONDAY, make_team, make_ticket, make_user
from tests.policies.making import make_macro

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client):
    lead = make_user(Role.TEAM_LEAD, team=make_team())
    client.force_login(lead)
    return lead


def page(name, *args):
    return reverse(f"helpdesk:{name}", args=args)


def test_a_lead_writes_changes_and_retires_a_macro(client, lead):
    client.post(page("new_macro"), {"name": "Tank", "text": "Hello {name}.", "team": ""})
    macro = Macro.objects.get()
    client.post(page("macro", macro.pk), {"name": "New tank", "text": "Hello {name}.", "team": ""})
    client.post(page("use_macro", macro.pk), {"is_in_use": "0"})

    macro.refresh_from_db()
    assert (macro.name, macro.is_in_use) == ("New tank", False)
    assert "not in use" in client.get(page("macros")).content.decode()


def test_a_mistake_is_said_at_its_field_and_keeps_what_was_written(client, lead):
    response = client.post(page("new_macro"), {"name": "Tank", "text": "It costs {price}."})

    assert response.status_code == 422
    assert "It costs {price}." in response.content.decode()
    assert not Macro.objects.exists()


def test_agents_see_macros_and_change_none(client):
    macro = make_macro(by=make_user(Role.TEAM_LEAD))
    client.force_login(make_user())

    assert "Replacement" in client.get(page("macros")).content.decode()
    assert client.get(page("macro", macro.pk)).status_code == 403
    assert client.post(page("use_macro", macro.pk), {"is_in_use": "0"}).status_code == 403


def test_rest_fills_a_macro_and_writes_nothing(client, lead):
    ticket, macro = make_ticket(team=lead.teams.get()), make_macro(by=lead)
    before = ticket.last_event

    filled = client.post(
        f"/api/v1/tickets/{ticket.pk}/fill-macro/", {"macro": macro.pk}, "application/json"
    )

    ticket.refresh_from_db()
    assert filled.json() == {"text": "Hello Karen Whitfield, a new one leaves."}
    assert ticket.last_event == before


def test_the_palette_offers_macros_by_name_and_all_behind_the_word(lead):
    ticket = make_ticket(team=lead.teams.get())
    make_macro("Replacement", by=lead)
    make_macro("Where is it", by=lead)

    def offered(text):
        groups = palette(text, ticket=ticket, user=lead, at=MONDAY)
        return [item.label for group in groups for item in group.items if item.inserts]

    assert offered("") == []
    assert offered("repl") == ["Replacement"]
    assert offered("macro ") == ["Replacement", "Where is it"]
    assert offered("macro where") == ["Where is it"]
