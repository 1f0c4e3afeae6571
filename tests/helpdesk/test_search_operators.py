"""Operators of the search, and what of a ticket can be found."""

from functools import partial

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from helpdesk.filters import InvalidFilter, filter_tickets
from helpdesk.finding import find_tickets
from helpdesk.models import Priority, SearchDocument, Ticket
from helpdesk.search_query import OPERATORS, excerpt, find_words, read_search
from helpdesk.services.assignment import claim_ticket
from helpdesk.services.attachments import Upload
from helpdesk.services.conversation import add_note
from helpdesk.services.customers import change_customer
from helpdesk.services.lifecycle import solve_ticket
from helpdesk.services.linking import follow_ticket
from helpdesk.services.search import index_orders
from helpdesk.services.triage import add_tag, change_order, change_priority
from marketplaces.models import OrderLine, Shipment
from tests.api.world import make_order
from tests.concurrency import while_uncommitted
from tests.factories import (
    MONDAY,
    customer_writes,
    make_identity,
    make_team,
    make_ticket,
    make_user,
)


@pytest.mark.parametrize("text", ["Re: hello", "https://shop.example/a", "14:30", "a:", ": :"])
def test_what_people_paste_is_words(text):
    assert read_search(text).problems == ()


def test_an_unknown_operator_names_the_possible_ones():
    (problem,) = read_search("kettle colour:red").problems

    assert "colour:" in problem
    assert all(f"{name}:" in problem for name in OPERATORS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("status:", "Possible: new, open"),
        ("status:broken", "status:broken is not possible. Possible: new, open"),
        ("before:yesterday", "a date as 2026-01-31"),
        ("after:2026-02-31", "a date as 2026-01-31"),
        ("has:fun", "Possible: attachment, order"),
        ("assignee:", "a name, me or nobody"),
    ],
)
def test_a_value_that_is_not_possible_says_what_is(text, said):
    assert said in " ".join(read_search(text).problems)


@given(st.text(max_size=600))
def test_whatever_is_typed_is_read(text):
    read_search(text)


typed = st.lists(
    st.one_of(
        st.sampled_from(['"', "-", ":", " ", ",", "status:open", "before:2026-01-01", "é", "\x00"]),
        st.sampled_from([f"{name}:" for name in OPERATORS]),
        st.text(max_size=8),
    ),
    max_size=12,
).map("".join)


@given(st.text(max_size=80), st.text(max_size=8))
def test_what_is_marked_is_inside_the_excerpt(text, word):
    found = excerpt(text, read_search(word).words)

    assert all(0 <= start < end <= len(found.text) for start, end in found.marks)


def test_words_are_found_at_their_beginnings_whatever_accents_they_have():
    assert find_words("Der Müller mullt, ein Allmuller nicht", ("mull",)) == [(4, 8), (11, 15)]


class AnyText(TestCase):
    @given(typed)
    def test_whatever_is_typed_is_a_question_postgresql_understands(self, text):
        list(find_tickets(Ticket.objects.all(), text, at=MONDAY))


@pytest.fixture
def mara(db):
    return make_user(full_name="Mara Lindqvist", email="mara@northvane.example")


@pytest.fixture
def ticket(mara):
    """The ticket that is looked for, beside another one."""
    make_ticket("Grinder is loud", identity=make_identity(name="Luis Ortega"))
    ticket = make_ticket(
        "Kettle leaks", identity=make_identity("karen@mail.example"), team=make_team("Kitchen"),
        at=MONDAY.replace(day=5),
    )  # fmt: skip
    claim_ticket(ticket.pk, by=mara, at=MONDAY)
    change_priority(ticket.pk, priority=Priority.URGENT, by=mara, at=MONDAY)
    add_tag(ticket.pk, name="safety", by=mara, at=MONDAY)
    follow_ticket(ticket.pk, by=mara, at=MONDAY)
    order = make_order("#1234")
    OrderLine.objects.create(
        order=order,
        number=1,
        sku="NV-K2",
        asin="B0KETTLE01",
        title="Gooseneck Kettle",
        item_minor=1,
    )
    Shipment.objects.create(order=order, tracking_number="JD0146")
    change_order(ticket.pk, order=order, by=mara, at=MONDAY)
    note = {"text": "see picture", "uploads": [Upload("a.txt", "text/plain", b"1")]}
    add_note(ticket.pk, **note, by=mara, at=MONDAY)
    return Ticket.objects.get(pk=ticket.pk)


def found(text, user):
    return list(find_tickets(Ticket.objects.all(), text, at=MONDAY, user=user))


@pytest.mark.parametrize(
    "text",
    [
        "assignee:me", "assignee:mara", 'assignee:"Mara Lind"', "-assignee:nobody",
        "priority:urgent,high", "priority:URGENT", "team:kitchen", "-team:other -priority:normal",
        "tag:Safety", "order:1234", "order:#1234", "sku:nv-k2", "sku:B0KETTLE01",
        "customer:karen", "after:2026-03-04", "has:attachment", "has:order", "is:followed",
        "kettle channel:email status:new,open", '"kettle leaks" -grinder', "leaks -loud",
        "-is:unassigned", "gooseneck", "JD0146", "NV-K2", "b0kettle", "1234",
    ],
)  # fmt: skip
def test_an_operator_finds(ticket, mara, text):
    assert found(text, mara) == [ticket]


@pytest.mark.parametrize(
    "text",
    ["before:2026-03-05", "assignee:nobody", "-status:new,open", "loud", "-kettle", "-tag:safety"],
)
def test_an_operator_leaves_out(ticket, mara, text):
    assert ticket not in found(text, mara)


def test_nobody_follows_where_nobody_asks(ticket):
    assert found("is:followed", None) == found("assignee:me", None) == []


def test_what_is_ruled_out_need_not_be_known(ticket, mara):
    other = Ticket.objects.exclude(pk=ticket.pk).get()

    assert found("-team:kitchen", mara) == found("-order:1234", mara) == [other]


def test_a_list_refuses_what_it_does_not_understand(ticket):
    with pytest.raises(InvalidFilter) as refusal:
        filter_tickets(Ticket.objects.all(), {"q": "colour:red"}, at=MONDAY)

    assert list(refusal.value.errors) == ["q"]


def test_an_order_that_is_not_the_tickets_any_more_does_not_find_it(ticket, mara):
    change_order(ticket.pk, order=None, by=mara, at=MONDAY)

    assert found("gooseneck", mara) == found("JD0146", mara) == []
    assert found("picture safety", mara) == [ticket]


def test_what_the_order_and_the_customer_become_later_is_found(ticket, mara):
    Shipment.objects.create(order=ticket.order, tracking_number="1Z999")
    index_orders([ticket.order])
    change_customer(ticket.requester_id, name="Karen Newname", by=mara, at=MONDAY)

    assert found("1z999", mara) == found("newname", mara) == [ticket]


def test_the_index_can_be_built_anew(ticket, mara, capsys):
    kept = {document.pk: document.vector for document in SearchDocument.objects.all()}
    SearchDocument.objects.all().delete()
    call_command("rebuild_search")

    assert {document.pk for document in SearchDocument.objects.all()} == set(kept)
    assert found("gooseneck picture safety karen", mara) == [ticket]
    assert f"ticket {ticket.pk} of {ticket.pk}" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_building_anew_waits_for_what_is_being_written(ticket):
    while_uncommitted(
        partial(customer_writes, ticket, "Late arrival"), partial(call_command, "rebuild_search")
    )

    assert found("late arrival", None) == [ticket]


def test_a_solved_ticket_is_found_by_its_status(ticket, mara):
    solve_ticket(ticket.pk, by=mara, at=MONDAY)

    assert found("status:solved", mara) == [ticket]
