import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from helpdesk.filters import InvalidFilter, filter_tickets, find_tickets
from helpdesk.models import Priority, Ticket
from helpdesk.search_query import read_search
from helpdesk.search_text import fold
from helpdesk.services.triage import add_tag, change_priority
from tests.factories import (
    MONDAY,
    customer_writes,
    make_identity,
    make_note,
    make_reply,
    make_ticket,
    make_user,
)

pytestmark = pytest.mark.django_db


def found(text):
    return set(find_tickets(Ticket.objects.all(), text, at=MONDAY))


@pytest.fixture
def ticket():
    identity = make_identity("jürgen.müller@mail.example", name="Jürgen Müller")
    make_ticket("Grinder is loud", text="It hums.", identity=make_identity(name="Luis Ortega"))
    return make_ticket("Tank NV-D12-TANK cracked", text="Der Wassertank ist gerissen.",
                       identity=identity)  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "cracked", "CRACK", "wassertank", "nv-d12", "NV-D12-TANK", "muller", "Müller", "jurgen",
        "jürgen.müller@mail.example", '"wassertank ist"', "cracked muller",
    ],
)  # fmt: skip
def test_a_ticket_is_found_by_its_words_beginnings_and_without_accents(ticket, text):
    assert found(text) == {ticket}


def test_a_ticket_is_found_by_its_number(ticket):
    assert ticket in found(str(ticket.pk))
    assert ticket in found(f"#{ticket.pk}")


@pytest.mark.parametrize(
    "text", ["", "   ", "!!!", "&|!():*", "cracked grinder", '"ist wassertank"']
)
def test_what_is_not_there_is_not_found(ticket, text):
    assert found(text) == set()


def test_what_is_written_later_is_found_too(ticket):
    customer_writes(ticket, "Thanksgiving is near")
    make_reply(ticket, "A courier comes")
    make_note(ticket, "lot 2611")
    add_tag(ticket.pk, name="vip", by=make_user(), at=MONDAY)

    for text in ("thanksgiving", "courier", "2611", "vip"):
        assert found(text) == {ticket}


def test_a_huge_message_stays_findable_and_breaks_nothing(ticket):
    customer_writes(ticket, "needle " + " ".join(f"w{n}" for n in range(30_000)) + "z" * 5000)

    assert found("needle") == {ticket}


class AnyText(TestCase):
    @given(st.text(max_size=80))
    def test_whatever_is_typed_is_a_query_postgresql_accepts(self, text):
        list(find_tickets(Ticket.objects.all(), text, at=MONDAY))

    @given(st.text(max_size=200))
    def test_folding_twice_is_folding_once(self, text):
        assert fold(fold(text)) == fold(text)

    @given(st.lists(st.sampled_from(["a", '"', "b c", "'", "\\", ":*", "&"]), max_size=12))
    def test_quotes_and_operators_are_only_characters(self, pieces):
        list(find_tickets(Ticket.objects.all(), " ".join(pieces), at=MONDAY))


def test_filters_narrow_together():
    urgent, normal = make_ticket(), make_ticket()
    change_priority(urgent.pk, priority=Priority.URGENT, by=make_user(), at=MONDAY)

    assert set(filter_tickets(Ticket.objects.all(), {"priority": ["urgent"]}, at=MONDAY)) == {
        urgent
    }
    both = filter_tickets(Ticket.objects.all(), {"priority": ["urgent", "normal"]}, at=MONDAY)
    assert set(both) == {urgent, normal}
    assert not filter_tickets(
        Ticket.objects.all(), {"priority": ["urgent"], "status": ["solved"]}, at=MONDAY
    )


@pytest.mark.parametrize(
    "params",
    [{"status": ["odd"]}, {"priority": ["7"]}, {"team": ["x"]}, {"opened_after": "yesterday"}],
    ids=str,
)
def test_a_filter_that_is_not_possible_is_refused_and_named(params):
    with pytest.raises(InvalidFilter) as refusal:
        filter_tickets(Ticket.objects.all(), params, at=MONDAY)

    assert list(refusal.value.errors) == list(params)


def test_a_query_has_a_bounded_number_of_words():
    assert read_search("a " * 100).tsquery.count("&") < 12
