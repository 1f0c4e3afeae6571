"""What follows from what. One statement each; none relies on another's order."""

from functools import partial

from django.db import transaction
from django.dispatch import receiver

from escalations import tasks
from escalations.bulk_linking import LINK, LINK_ONE
from escalations.case_list import escalated_in_sight, waiting_for
from escalations.events import (
    clocks_changed,
    escalated,
    escalation_accepted,
    escalation_completed,
    escalation_decided,
    escalation_handed_over,
    escalation_joined,
    escalation_released,
    escalation_resubmitted,
    escalation_sent_back,
    escalation_withdrawn,
    steps_recorded,
)
from escalations.palette_items import offered
from escalations.services import (
    broadcasts,
    carrying_out,
    clocks,
    deciding,
    ending,
    enforcement,
    given_by_hand,
    suggesting,
    telling,
)
from escalations.ticket_conditions import FIELDS_OF_CLOCKS, FOUND, KNOWN
from helpdesk.condition_queries import FOUND_BY_APPS
from helpdesk.conditions import FIELDS
from helpdesk.events import (
    agent_replied,
    customer_replied,
    customer_tagged,
    reply_taken_back,
    ticket_about_to_be_assigned,
    ticket_about_to_be_moved,
    ticket_assigned,
    ticket_changed,
    ticket_merged,
    ticket_opened,
    ticket_solved,
    ticket_status_changed,
    ticket_unmerged,
)
from helpdesk.finding import KNOWN_BY_APPS
from helpdesk.palette import OFFERED_BY_APPS
from helpdesk.queue import COUNTED_BY_APPS, SELECTED_BY_APPS
from helpdesk.services.bulk_acts import ACTS_OF_APPS, BULK_ACTS

FIELDS.update(FIELDS_OF_CLOCKS)
FOUND_BY_APPS.update(FOUND)
KNOWN_BY_APPS.update(KNOWN)
SELECTED_BY_APPS["escalated"] = escalated_in_sight
COUNTED_BY_APPS["waiting_cases"] = waiting_for
ACTS_OF_APPS[broadcasts.TELL] = broadcasts.TELL_ONE
BULK_ACTS[LINK] = LINK_ONE
OFFERED_BY_APPS.append(offered)


@receiver(steps_recorded)
def carry_them_out(count, **kwargs):
    # robust: with Redis away the rows still wait, and the sweep finds them.
    for _ in range(0, count, carrying_out.AT_A_TIME):
        transaction.on_commit(tasks.carry_out_steps.delay, robust=True)


@receiver(clocks_changed)
def wake_up_in_time(clocks, at, **kwargs):
    # Only to be a second earlier than the next tick: the row is the timer.
    moment = enforcement.next_near_step(clocks, at=at)
    if moment is not None:
        wait = max(0, (moment - at).total_seconds())
        nudge = partial(tasks.sweep_clocks.apply_async, countdown=wait)
        transaction.on_commit(nudge, robust=True)


@receiver(ticket_opened)
def start_its_clocks(ticket, since, at, **kwargs):
    clocks.start_clocks(ticket, since=since, at=at)


@receiver([agent_replied, customer_replied, reply_taken_back])
def bring_its_clocks_in_line(ticket, at, **kwargs):
    clocks.sync_once(ticket, at=at)


@receiver(ticket_status_changed)
def let_its_clocks_run_or_rest(ticket, before, at, **kwargs):
    clocks.sync_after_step(ticket, before, at=at)


@receiver(ticket_merged)
def hand_its_clocks_over(ticket, into, at, **kwargs):
    clocks.sync_all([ticket, into], at=at)


@receiver(ticket_unmerged)
def take_its_clocks_back(ticket, source_of, at, **kwargs):
    clocks.sync_all([ticket, source_of], at=at)


@receiver(ticket_changed)
def ask_the_policies_again(ticket, entry, **kwargs):
    clocks.ask_again_after(ticket, entry)


@receiver(customer_tagged)
def ask_the_policies_again_for_all_of_theirs(customer, at, **kwargs):
    clocks.ask_again_for(customer, at=at)


@receiver(
    [
        escalated,
        escalation_joined,
        escalation_accepted,
        escalation_sent_back,
        escalation_resubmitted,
        escalation_decided,
        escalation_handed_over,
        escalation_released,
        escalation_withdrawn,
        escalation_completed,
    ]
)
def tell_whom_it_concerns(escalation, step, entry, by, at, **kwargs):
    telling.tell_of_step(escalation, step, entry, by=by, at=at)


@receiver(ticket_about_to_be_moved)
def keep_it_where_its_contract_says(ticket, team, at, **kwargs):
    given_by_hand.refuse_move(ticket, team=team, at=at)


@receiver(ticket_about_to_be_assigned)
def keep_it_with_whom_its_contract_allows(ticket, assignee, by, at, **kwargs):
    given_by_hand.refuse_person(ticket, assignee=assignee, by=by, at=at)


@receiver(ticket_assigned)
def let_its_contract_follow(ticket, by, at, **kwargs):
    given_by_hand.follow(ticket, by=by, at=at)


@receiver(ticket_solved)
def end_its_escalation_as_solved(ticket, by, at, **kwargs):
    ending.end_with_solving(ticket, by=by, at=at)


@receiver(ticket_merged)
def withdraw_the_escalation_of_what_is_merged_away(ticket, by, at, **kwargs):
    ending.end_with_merging(ticket, by=by, at=at)


@receiver(ticket_status_changed)
def withdraw_the_escalation_of_what_is_closed(ticket, by, at, **kwargs):
    ending.end_with_closing(ticket, by=by, at=at)


@receiver(ticket_changed)
def hold_it_against_the_routes(ticket, entry, **kwargs):
    # robust: the ticket is ahead of its row, and the sweep finds it.
    if entry.kind in suggesting.MOVING:
        nudge = partial(tasks.evaluate_ticket.delay, ticket.pk)
        transaction.on_commit(nudge, robust=True)


@receiver(customer_tagged)
def hold_their_tickets_against_the_routes(customer, at, **kwargs):
    suggesting.look_again_at_tickets_of(customer, at=at)


@receiver(escalated)
def note_that_it_was_suggested(escalation, by, at, **kwargs):
    deciding.take(escalation, by=by, at=at)
