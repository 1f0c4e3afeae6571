"""Who keeps macros, what they may hold, and whose they are."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Role
from helpdesk.services.macros import MacroNotPossible, fill_macro
from helpdesk.services.triage import change_order
from policies.models import Macro
from policies.services.macros import MacroRefused, change_macro, put_in_use, write_macro
from tests.api.world import make_order
from tests.factories import MONDAY, make_team, make_ticket, make_user
from tests.policies.making import make_macro

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return make_user(Role.TEAM_LEAD)


def test_agents_use_macros_and_do_not_write_them(lead):
    make_macro(by=lead)

    with pytest.raises(PermissionDenied):
        make_macro("Mine", by=make_user())


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": " "}, "name"), ({"name": "x" * 81}, "name"), ({"text": " "}, "text"),
     ({"text": "It costs {price}."}, "text"), ({"name": "Replacement"}, "name")],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_a_macro_is_refused_by_field(lead, change, field):
    make_macro(by=lead)
    facts = {"name": "Another", "text": "Hello {name}."} | change

    with pytest.raises(MacroRefused) as refusal:
        write_macro(**facts, by=lead, at=MONDAY)

    assert refusal.value.field == field
    assert Macro.objects.count() == 1


def test_the_database_takes_no_empty_macro(lead):
    for nothing in ({"text": ""}, {"name": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Macro.objects.filter(pk=make_macro(f"M {nothing}", by=lead).pk).update(**nothing)


def test_a_macro_of_a_team_is_for_its_people_only(lead):
    team = make_team()
    of_all, of_team = make_macro("All", by=lead), make_macro("Team", team=team, by=lead)

    assert set(Macro.objects.usable_by(make_user(team=team))) == {of_all, of_team}
    assert set(Macro.objects.usable_by(make_user())) == {of_all}


def test_what_is_out_of_use_can_be_used_again_and_not_before(lead):
    macro, mara = make_macro(by=lead), make_user()
    put_in_use(macro.pk, is_in_use=False, by=lead, at=MONDAY)
    assert not Macro.objects.usable_by(mara).exists()

    put_in_use(macro.pk, is_in_use=True, by=lead, at=MONDAY)
    assert Macro.objects.usable_by(mara).get() == macro


def test_a_macro_says_what_is_known_of_the_ticket(lead):
    mara = make_user(full_name="Mara Lindqvist")
    ticket = make_ticket(team=make_team())
    macro = make_macro(text="Hello {name}, order {order} of {ticket}. {agent}", by=lead)
    with pytest.raises(MacroNotPossible, match="“order”"):
        fill_macro(ticket.pk, macro=macro, by=mara, at=MONDAY)

    change_order(ticket.pk, order=make_order("112-7"), by=lead, at=MONDAY)

    said = fill_macro(ticket.pk, macro=macro, by=mara, at=MONDAY)
    assert said == f"Hello Karen Whitfield, order 112-7 of {ticket.pk}. Mara Lindqvist"


def test_a_macro_of_another_team_is_not_filled(lead):
    macro = make_macro(team=make_team(), by=lead)

    with pytest.raises(MacroNotPossible):
        fill_macro(make_ticket().pk, macro=macro, by=make_user(), at=MONDAY)


def test_a_change_is_kept_with_who_made_it(lead):
    macro, boss = make_macro(by=lead), make_user(Role.MANAGER)

    change_macro(macro.pk, name="New tank", text="It leaves today.", by=boss, at=MONDAY)

    macro.refresh_from_db()
    assert (macro.name, macro.text, macro.changed_by) == ("New tank", "It leaves today.", boss)
