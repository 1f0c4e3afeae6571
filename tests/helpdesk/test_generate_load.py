"""Bulk data is written past the services, so here it is held to what the services promise."""

import random
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, F, Max, Min, OuterRef, Subquery

from accounts.models import User
from helpdesk.filters import find_tickets
from helpdesk.load import stories
from helpdesk.load.generating import generate
from helpdesk.load.rows import Agent, Plan, Requester, rows_of
from helpdesk.load.stories import DAY, STORIES, ending, tell
from helpdesk.load.tables import search_index_built_afterwards
from helpdesk.load.vocabulary import LONGEST, SHORTEST, Pen
from helpdesk.models import Message, SearchDocument, Status, Ticket, TimelineEntry
from helpdesk.rules import AFTER_CUSTOMER_MESSAGE, may_become
from helpdesk.services.search import add_words, index_opening
from tests.factories import MONDAY, make_ticket

STEPS = ("ticket.status", "ticket.solved", "ticket.closed")
NOW = int(MONDAY.timestamp())
WEIGHED = """
SELECT array_agg(lexeme || array_to_string(ARRAY(SELECT DISTINCT unnest(weights)), ''))
FROM (SELECT (unnest(vector)).* FROM helpdesk_searchdocument WHERE ticket_id = %s) AS words
"""


def make_plan(**changes) -> Plan:
    fields = {
        "seed": 1,
        "tickets": 40,
        "now": NOW,
        "mail_domain": "recourse.example",
        "agents": [Agent(7, "Agent 07", 3)],
        "requesters": [Requester(5, "Ana Delson", 9, "email", "ana.delson.5@mail.example")],
        "categories": [1],
        "product_lines": [2],
        "tags": [(4, "lanton")],
    }
    return Plan(**fields | changes)


def write(tickets: int, *, processes: int = 1, seed: int = 1) -> None:
    generate(tickets, seed=seed, processes=processes, at=MONDAY, tell=lambda there: None)


def test_over_a_year_every_state_gets_its_share():
    chance = random.Random(1)
    endings = [ending(int(chance.random() * 365 * DAY), chance) for _ in range(40_000)]

    shares = {status: 100 * endings.count(status) / len(endings) for status in STORIES}

    assert shares == {
        "done": pytest.approx(93, abs=0.7),
        Status.NEW: pytest.approx(1, abs=0.3),
        Status.OPEN: pytest.approx(3, abs=0.4),
        Status.PENDING: pytest.approx(2, abs=0.4),
        Status.ON_HOLD: pytest.approx(1, abs=0.3),
    }


@pytest.mark.parametrize("story", [story for kind in STORIES.values() for story in kind])
@pytest.mark.parametrize("age", [7200, 5 * DAY, 300 * DAY])
def test_a_story_takes_only_lawful_steps_and_has_three_messages(story, age, monkeypatch):
    monkeypatch.setattr(stories, "STORIES", dict.fromkeys(STORIES, (story,)))

    told = tell(
        opened_at=NOW - age, now=NOW, agent="Ada", by_phone=False, chance=random.Random(age)
    )

    steps = [(entry.before, entry.after) for entry in told.entries if entry.kind in STEPS]
    moments = [entry.at for entry in told.entries]
    assert len(told.said) == 3
    assert all(may_become(*step) or AFTER_CUSTOMER_MESSAGE[step[0]] == step[1] for step in steps)
    assert told.status == (steps[-1][1] if steps else Status.NEW)
    assert moments == sorted(moments)
    assert moments[-1] < NOW


def test_a_message_is_neither_too_short_nor_too_long_and_fit_for_copy():
    pen = Pen.of(1)
    texts = [pen.message(kind) for _ in range(3000) for kind in ("customer", "agent", "note")]

    lengths = [len(text.replace("\\n", "\n")) for text in texts]

    assert SHORTEST <= min(lengths) < 60
    assert LONGEST - 100 < max(lengths) <= LONGEST
    assert 200 < sorted(lengths)[len(lengths) // 2] < 320
    assert not any(c in text for text in texts for c in "\t\n\r")
    assert all(text.replace("\\n", "").count("\\") == 0 for text in texts)


def test_the_same_seed_writes_the_same_rows_and_another_seed_others():
    first = rows_of(make_plan(), 0, Pen.of(1))
    again = rows_of(make_plan(), 0, Pen.of(1))
    other = rows_of(make_plan(seed=2), 0, Pen.of(2))

    assert first.lines == again.lines
    assert first.lines["helpdesk_message"] != other.lines["helpdesk_message"]


def test_blocks_share_the_tickets_among_them():
    plan = make_plan(tickets=2500)

    assert [rows_of(plan, block, Pen.of(1)).tickets for block in plan.blocks()] == [1000, 1000, 500]


@pytest.mark.django_db(transaction=True)
def test_every_ticket_is_what_its_timeline_says():
    write(150)

    steps = TimelineEntry.objects.filter(ticket=OuterRef("pk"), kind__in=STEPS).order_by("-pk")
    tickets = Ticket.objects.annotate(
        said=Subquery(steps.values("after")[:1]),
        newest=Max("timeline__pk"),
        first_at=Min("timeline__at"),
        last_at=Max("timeline__at"),
        written=Count("messages", distinct=True),
    )
    assert tickets.count() == 150
    assert not tickets.exclude(written=3).exists()
    assert not tickets.exclude(last_event=F("newest")).exists()
    assert not tickets.exclude(said=None).exclude(said=F("status")).exists()
    assert not tickets.filter(said=None).exclude(status=Status.NEW).exists()
    assert not tickets.exclude(first_at=F("opened_at")).exists()
    assert not tickets.exclude(last_at=F("updated_at")).exists()
    assert not tickets.filter(opened_at__lt=MONDAY - timedelta(days=366)).exists()
    assert not tickets.filter(updated_at__gte=MONDAY).exists()
    assert User.objects.filter(role="agent").count() == 7


@pytest.mark.django_db(transaction=True)
def test_the_words_of_a_ticket_are_those_the_service_would_have_written():
    write(3)
    ticket = Ticket.objects.first()
    with connection.cursor() as cursor:
        cursor.execute(WEIGHED, [ticket.pk])
        written = set(cursor.fetchone()[0])
    texts = ticket.messages.in_order().values_list("text", flat=True)

    SearchDocument.objects.filter(ticket=ticket).delete()
    index_opening(ticket, texts[0])
    add_words(ticket, *texts[1:])
    add_words(ticket, *ticket.tags.values_list("name", flat=True), weight="B")

    with connection.cursor() as cursor:
        cursor.execute(WEIGHED, [ticket.pk])
        assert set(cursor.fetchone()[0]) == written
    assert ticket in find_tickets(Ticket.objects.all(), str(ticket.pk), at=MONDAY)


@pytest.mark.django_db(transaction=True)
def test_a_second_run_and_a_new_ticket_get_numbers_of_their_own():
    write(20)
    write(20, seed=2)
    last = Ticket.objects.latest("pk")

    assert Ticket.objects.count() == 40
    assert Message.objects.count() == 120
    assert make_ticket().pk == last.pk + 1


@pytest.mark.django_db(transaction=True)
def test_two_processes_write_what_one_writes():
    pictures = []
    for processes in (1, 2):
        write(1100, processes=processes, seed=3)
        newest = Ticket.objects.order_by("-pk")[:1100]
        pictures.append([(t.subject, t.status, t.opened_at, t.priority) for t in newest])

    assert pictures[0] == pictures[1]


@pytest.mark.django_db(transaction=True)
def test_the_search_index_comes_back_after_a_failure():
    with pytest.raises(RuntimeError), search_index_built_afterwards():
        raise RuntimeError("killed")

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname = 'ticket_words'")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_progress_is_told_to_the_end():
    told = StringIO()

    call_command("generate_load", tickets=30, processes=1, stdout=told)

    assert "30 of 30 tickets" in told.getvalue()
    assert "tickets/s, search index and statistics included" in told.getvalue()


@pytest.mark.parametrize("number", ["0", "-3", "many", "1.5", ""])
def test_no_tickets_at_all_are_refused(number):
    with pytest.raises(CommandError, match="give a whole number from 1 on"):
        call_command("generate_load", "--tickets", number)
