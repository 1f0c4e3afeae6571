"""Tailored solutions: parts with owner and state, money only planned, and the letter of them."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from escalations.models import MONEY, ComponentKind, ComponentState
from escalations.services import solutions
from escalations.services.solutions import (
    MoneyMovesThroughRefunds,
    NothingPlanned,
    PartHasEnded,
    PartNotPossible,
)
from escalations.solution_text import Part, draft_text, language_of
from helpdesk.models import Customer, DraftMode, TimelineKind
from helpdesk.services.drafts import save_draft
from marketplaces.money import Money
from tests.concurrency import while_uncommitted
from tests.factories import MONDAY, make_ticket, make_user

pytestmark = pytest.mark.django_db
TEN = Money(1000, "EUR")


@pytest.fixture
def agent():
    return make_user()


@pytest.fixture
def ticket():
    return make_ticket()


def plan(ticket, kind=ComponentKind.REPLACEMENT, *, by, amount=None, **facts):
    return solutions.plan_part(ticket.pk, kind=kind, amount=amount, by=by, at=MONDAY, **facts)


def amount_for(kind):
    return TEN if kind in MONEY else None


END = {
    "done": lambda pk, by: solutions.finish_part(pk, by=by, at=MONDAY),
    "dropped": lambda pk, by: solutions.drop_part(pk, by=by, at=MONDAY),
    "settled": lambda pk, by: solutions.settle_component(pk, by=None, at=MONDAY),
    "changed": lambda pk, by: solutions.change_part(pk, note="By air", by=by, at=MONDAY),
}
#: What becomes of a planned part: of things, then of money.
TABLE = {
    "done": (ComponentState.DONE, MoneyMovesThroughRefunds),
    "dropped": (ComponentState.DROPPED, ComponentState.DROPPED),
    "settled": (PartNotPossible, ComponentState.DONE),
    "changed": (ComponentState.PLANNED, ComponentState.PLANNED),
}


@pytest.mark.parametrize("act", TABLE)
@pytest.mark.parametrize("kind", ComponentKind)
def test_what_becomes_of_a_planned_part_is_in_the_table(ticket, agent, kind, act):
    part = plan(ticket, kind, amount=amount_for(kind), by=agent)
    wanted = TABLE[act][kind in MONEY]

    if isinstance(wanted, ComponentState):
        assert END[act](part.pk, agent).state == wanted
    else:
        with pytest.raises(wanted):
            END[act](part.pk, agent)


@pytest.mark.parametrize("act", TABLE)
@pytest.mark.parametrize("end", ["done", "dropped"])
def test_nothing_becomes_of_a_part_that_has_ended(ticket, agent, end, act):
    part = plan(ticket, by=agent)
    END[end](part.pk, agent)

    with pytest.raises(PartHasEnded):
        END[act](part.pk, agent)


def test_every_change_is_in_the_timeline(ticket, agent):
    part = plan(ticket, ComponentKind.CREDIT, amount=TEN, by=agent)
    solutions.drop_part(part.pk, by=agent, at=MONDAY)

    entries = ticket.timeline.filter(kind=TimelineKind.SOLUTION_CHANGED).in_order()
    assert [entry.after for entry in entries] == [
        "Service credit €10.00: planned",
        "Service credit €10.00: dropped",
    ]


def test_money_has_an_amount_and_nothing_else_has(ticket, agent):
    for kind in ComponentKind:
        wrong = None if kind in MONEY else TEN
        with pytest.raises(PartNotPossible):
            plan(ticket, kind, amount=wrong, by=agent)
    with pytest.raises(PartNotPossible):
        plan(ticket, ComponentKind.REFUND, amount=Money(0, "EUR"), by=agent)
    with pytest.raises(PartNotPossible):
        plan(ticket, owner=make_user(Role.COMPLIANCE), by=agent)
    with pytest.raises(PermissionDenied):
        plan(ticket, by=make_user(Role.COMPLIANCE))


@pytest.mark.django_db(transaction=True)
def test_a_part_dropped_by_one_is_not_done_by_another():
    agent = make_user()
    part = plan(make_ticket(), by=agent)

    outcome = while_uncommitted(
        lambda: solutions.drop_part(part.pk, by=agent, at=MONDAY),
        lambda: solutions.finish_part(part.pk, by=agent, at=MONDAY),
    )

    assert isinstance(outcome, PartHasEnded)


@pytest.mark.parametrize("language", ["en", "de", "it"])
@pytest.mark.parametrize("kind", ComponentKind)
def test_every_part_is_said_in_every_language_a_customer_is_written_in(kind, language):
    text = draft_text([Part(kind, amount_for(kind))], name="Rosa", language=language)

    assert "Rosa" in text
    assert "{" not in text
    if kind in MONEY:
        assert "10" in text


def test_the_letter_greets_apologises_and_lists_what_is_done():
    parts = [
        Part(ComponentKind.SHIPPING, Money(499, "EUR")),
        Part(ComponentKind.APOLOGY),
        Part(ComponentKind.REPLACEMENT, note="am Dienstag"),
    ]

    assert draft_text(parts, name="Rosa Weber", language="de-AT") == (
        "Guten Tag Rosa Weber,\n\n"
        "Es tut uns leid, dass Ihnen das passiert ist.\n\n"
        "So bringen wir es in Ordnung:\n\n"
        "- Wir erstatten die Versandkosten von 4,99\xa0€.\n"
        "- Wir senden Ihnen Ersatz: am Dienstag"
    )
    done = draft_text([Part(ComponentKind.EXPEDITED, is_done=True)], name="", language="it")
    assert done.startswith("Buongiorno,\n\nEcco che cosa abbiamo fatto:")
    assert [language_of(code) for code in ("de_CH", "IT", "fr", "")] == ["de", "it", "en", "en"]


def test_the_text_is_drafted_in_the_customers_language_edited_and_put_below_what_was_begun(
    ticket, agent
):
    Customer.objects.filter(pk=ticket.requester_id).update(language="it")
    plan(ticket, by=agent)
    dropped = plan(ticket, ComponentKind.EXPEDITED, by=agent)
    solutions.drop_part(dropped.pk, by=agent, at=MONDAY)

    drafted = solutions.draft_customer_text(ticket.pk, by=agent, at=MONDAY).customer_text
    assert drafted.startswith("Buongiorno Karen Whitfield,")
    assert "espresso" not in drafted
    solutions.write_customer_text(ticket.pk, text="Le inviamo tutto domani.", by=agent)
    save_draft(ticket.pk, mode=DraftMode.REPLY, text="Cara Karen,", by=agent, at=MONDAY)
    for _twice in range(2):
        draft = solutions.put_into_reply(ticket.pk, by=agent, at=MONDAY)
    assert draft.text == "Cara Karen,\n\nLe inviamo tutto domani."


def test_without_a_plan_there_is_nothing_to_say(ticket, agent):
    for act in (solutions.draft_customer_text, solutions.put_into_reply):
        with pytest.raises(NothingPlanned):
            act(ticket.pk, by=agent, at=MONDAY)
