"""What follows from what. One statement each; none relies on another's order."""

from functools import partial

from django.db import transaction
from django.dispatch import receiver

from accounts.events import person_changed, person_deactivated
from helpdesk import tasks
from helpdesk.events import (
    agent_replied,
    bulk_job_started,
    customer_replied,
    delivery_went_wrong,
    note_added,
    outgoing_mail_queued,
    reply_taken_back,
    ticket_assigned,
    ticket_changed,
    ticket_merged,
    ticket_reopened,
    ticket_solved,
)
from helpdesk.live import hints
from helpdesk.live.names import person_topic
from helpdesk.models import TimelineKind
from helpdesk.services import (
    announcing,
    bulk,
    buyers,
    handing_back,
    notifications,
    outbox,
    search,
)
from marketplaces.events import buyers_recorded, orders_recorded


@receiver(agent_replied)
def owe_the_customer_a_mail(message, at, **kwargs):
    outbox.queue_reply(message, at=at)


@receiver(outgoing_mail_queued)
def deliver_it(mail, at, **kwargs):
    # robust: with Redis away the row still waits, and the sweep finds it.
    wait = (mail.next_attempt_at - at).total_seconds()
    nudge = partial(tasks.deliver_mail.apply_async, (mail.pk,), countdown=wait)
    transaction.on_commit(nudge, robust=True)


@receiver(ticket_assigned)
def tell_the_assignee(ticket, by, at, **kwargs):
    announcing.tell_the_assignee(ticket, by=by, at=at)


@receiver(customer_replied)
def tell_who_waits_for_the_customer(ticket, message, at, **kwargs):
    announcing.tell_of_customer_message(ticket, message, at=at)


@receiver(agent_replied)
def tell_followers_of_the_reply(message, by, at, **kwargs):
    announcing.tell_of_reply(message, by=by, at=at)


@receiver(reply_taken_back)
def forget_what_was_told(message, **kwargs):
    notifications.forget_what_was_told(message)


@receiver(note_added)
def tell_who_is_named_and_who_follows(message, by, at, **kwargs):
    announcing.tell_of_note(message, by=by, at=at)


@receiver(ticket_solved)
def tell_followers_that_it_is_solved(ticket, by, at, **kwargs):
    announcing.tell_of_step(ticket, TimelineKind.SOLVED, by=by, at=at)


@receiver(ticket_reopened)
def tell_followers_that_it_is_open_again(ticket, by, at, **kwargs):
    announcing.tell_of_step(ticket, TimelineKind.REOPENED, by=by, at=at)


@receiver(ticket_merged)
def tell_followers_of_the_merge(ticket, into, by, at, **kwargs):
    announcing.tell_of_merge(ticket, into, by=by, at=at)


@receiver(delivery_went_wrong)
def tell_the_author(mail, entry, at, **kwargs):
    announcing.tell_of_mail_trouble(mail, entry, at=at)


@receiver(ticket_changed)
def tell_whoever_may_see_it(ticket, entry, **kwargs):
    transaction.on_commit(partial(hints.tell_of, ticket, entry), robust=True)


@receiver(bulk_job_started)
def work_on_it(job, count, **kwargs):
    # A worker's if it is long; the sweep finds what is lost on the way.
    run = tasks.run_bulk_job.delay if count > bulk.AT_ONCE else tasks.run_bulk_job
    transaction.on_commit(partial(run, job.pk), robust=True)


@receiver(person_changed)
def renew_what_they_hear(user, **kwargs):
    transaction.on_commit(partial(hints.renew, person_topic(user.pk)), robust=True)


@receiver(person_deactivated)
def hand_their_tickets_back(user, by, at, **kwargs):
    handing_back.hand_tickets_back(user, by=by, at=at)


@receiver(buyers_recorded)
def identify_new_buyers(store, fresh, at, **kwargs):
    buyers.identify_buyers(fresh, store=store, at=at)


@receiver(buyers_recorded)
def take_over_what_changed_about_buyers(store, changed, names_before, at, **kwargs):
    buyers.take_over_changes(changed, store=store, names_before=names_before, at=at)


@receiver(orders_recorded)
def make_tickets_findable_by_what_their_orders_hold(orders, **kwargs):
    search.index_orders(orders)
