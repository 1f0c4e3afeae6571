"""Makes the bulk data: people first, then blocks of tickets in several processes."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import datetime, timedelta
from functools import lru_cache, partial
from multiprocessing import get_context

from django.conf import settings
from django.db import connections, transaction

from helpdesk.load.cast import hire_agents, meet_customers, sort_lists
from helpdesk.load.rows import BLOCK, ENTRIES, MESSAGES, Plan, rows_of
from helpdesk.load.tables import analyze, reserve, search_index_built_afterwards, write
from helpdesk.load.vocabulary import Pen

_ANALYZED = (
    "helpdesk_ticket", "helpdesk_ticket_tags", "helpdesk_message", "helpdesk_outgoingmail",
    "helpdesk_timelineentry", "helpdesk_searchdocument", "helpdesk_customer",
    "helpdesk_customeridentity",
)  # fmt: skip


def generate(
    tickets: int, *, seed: int, processes: int, at: datetime, tell: Callable[[int], object]
) -> None:
    """Write ``tickets`` tickets of the year before ``at``; ``tell`` hears how many are there.

    Blocks of 1,000 are written whole or not at all; the same seed gives the same rows.
    """
    plan = make_plan(tickets, seed=seed, at=at)
    with search_index_built_afterwards():
        there = 0
        for written in _write_blocks(plan, processes):
            there += written
            tell(there)
    analyze(_ANALYZED)


@transaction.atomic
def make_plan(tickets: int, *, seed: int, at: datetime) -> Plan:
    """Create the people and lists the tickets need, and reserve the tickets' numbers."""
    chance = random.Random(f"{seed} cast")
    categories, lines, tags = sort_lists(chance)
    return Plan(
        seed=seed,
        tickets=tickets,
        now=int(at.timestamp()),
        mail_domain=settings.MAIL_DOMAIN,
        agents=hire_agents(tickets),
        requesters=meet_customers(tickets, chance=chance, at=at - timedelta(days=365)),
        categories=categories,
        product_lines=lines,
        tags=tags,
        first_ticket=reserve("helpdesk_ticket", tickets),
        first_message=reserve("helpdesk_message", tickets * MESSAGES),
        first_entry=reserve("helpdesk_timelineentry", tickets * ENTRIES),
        first_outgoing=reserve("helpdesk_outgoingmail", tickets),
    )


def _write_blocks(plan: Plan, processes: int) -> Iterator[int]:
    if processes == 1 or plan.tickets <= BLOCK:
        yield from map(partial(_write_block, plan), plan.blocks())
        return
    # Forked, so that the children know the plan; a connection must not be shared with them.
    connections.close_all()
    with ProcessPoolExecutor(
        processes, mp_context=get_context("fork"), initializer=_inherit, initargs=(plan,)
    ) as pool:
        for done in as_completed([pool.submit(_write_own_block, b) for b in plan.blocks()]):
            yield done.result()


def _write_block(plan: Plan, block: int) -> int:
    rows = rows_of(plan, block, _pen(plan.seed))
    write(rows)
    return rows.tickets


_inherited: list[Plan] = []


def _inherit(plan: Plan) -> None:
    _inherited[:] = [plan]


def _write_own_block(block: int) -> int:
    return _write_block(_inherited[0], block)


@lru_cache(maxsize=1)
def _pen(seed: int) -> Pen:
    return Pen.of(seed)
