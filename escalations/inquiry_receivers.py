"""What follows from inquiries. One statement each; none relies on another's order."""

from functools import partial

from django.db import transaction
from django.dispatch import receiver

from escalations import tasks
from escalations.events import inquiry_answered, inquiry_letters_owed, inquiry_withdrawn
from escalations.services import inquiries, inquiry_news, promising
from helpdesk.events import reply_about_to_be_written, ticket_status_changed


@receiver(reply_about_to_be_written)
def keep_promises_back(ticket, by, **kwargs):
    promising.refuse_promises(ticket, by=by)


@receiver(inquiry_letters_owed)
def send_them(letters, **kwargs):
    # robust: with Redis away the rows still wait, and the sweep finds them.
    for letter in letters:
        nudge = partial(tasks.send_inquiry_letter.delay, letter.pk)
        transaction.on_commit(nudge, robust=True)


@receiver([inquiry_answered, inquiry_withdrawn])
def tell_who_waits_for_it(inquiry, entry, by, at, **kwargs):
    inquiry_news.tell_who_waits(inquiry, entry, by=by, at=at)


@receiver(ticket_status_changed)
def withdraw_what_was_asked(ticket, at, **kwargs):
    inquiries.withdraw_from_closed(ticket, at=at)
