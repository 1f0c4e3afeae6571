"""What follows from what. One statement each; none relies on another's order."""

from functools import partial

from django.db import transaction
from django.dispatch import receiver

from accounts import tasks
from accounts.events import person_invited


@receiver(person_invited)
def mail_the_invitation(user, **kwargs):
    # robust: with Redis away the record still says what is owed, and the sweep finds it.
    transaction.on_commit(partial(tasks.mail_invitation.delay, user.pk), robust=True)
