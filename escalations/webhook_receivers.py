"""Who outside hears of what. One statement each; none relies on another's order."""

from functools import partial

from django.db import transaction
from django.dispatch import receiver

from escalations import tasks
from escalations.events import webhooks_queued
from escalations.services import webhook_queue
from helpdesk.events import ticket_changed


@receiver(ticket_changed)
def tell_who_listens_outside(ticket, entry, **kwargs):
    webhook_queue.tell_outside(ticket, entry)


@receiver(webhooks_queued)
def send_what_is_due_at_once(deliveries, at, **kwargs):
    # robust: with Redis away the rows still wait, and the sweep finds them.
    for delivery in deliveries:
        if delivery.next_attempt_at == at:
            nudge = partial(tasks.deliver_webhook.delay, delivery.pk)
            transaction.on_commit(nudge, robust=True)
