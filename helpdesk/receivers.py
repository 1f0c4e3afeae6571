"""What follows from what. One statement each; none relies on another's order."""

from functools import partial

from django.db import transaction
from django.dispatch import receiver

from helpdesk import tasks
from helpdesk.events import agent_replied, outgoing_mail_queued
from helpdesk.services import outbox


@receiver(agent_replied)
def owe_the_customer_a_mail(message, at, **kwargs):
    outbox.queue_reply(message, at=at)


@receiver(outgoing_mail_queued)
def deliver_it(mail, at, **kwargs):
    # robust: with Redis away the row still waits, and the sweep finds it.
    wait = (mail.next_attempt_at - at).total_seconds()
    nudge = partial(tasks.deliver_mail.apply_async, (mail.pk,), countdown=wait)
    transaction.on_commit(nudge, robust=True)
