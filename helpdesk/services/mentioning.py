"""``@Name`` in a note: who is meant follows the ticket and is told, if they may see it."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from helpdesk.mentions import Named, find_mentions
from helpdesk.models import Mention, Message, NotificationKind, TimelineKind
from helpdesk.services.audience import who_may_see
from helpdesk.services.linking import start_following
from helpdesk.services.notifications import tell


@transaction.atomic
def tell_the_mentioned(message: Message, *, by, at: datetime) -> list[User]:
    """Let the people a note names follow its ticket, and tell them. Returns them.

    Naming somebody opens no door: whoever may not see the ticket is not told and does not
    follow. Needs the note's transaction, which holds the ticket's lock.
    """
    if "@" not in message.text:
        return []
    ticket = message.ticket
    meant = {found.words: found.person for found in _meant_in(message.text)}
    people = {user.pk: user for user in who_may_see(ticket).filter(pk__in=meant.values())}
    told = {words: pk for words, pk in meant.items() if pk in people}
    Mention.objects.bulk_create(
        Mention(message=message, user_id=pk, words=words) for words, pk in told.items()
    )
    entry = message.timeline.get(kind=TimelineKind.NOTED)
    for person in people.values():
        start_following(ticket, person, at=at)
    tell(people, NotificationKind.MENTIONED, entry=entry, by=by, at=at)
    return list(people.values())


def people_to_mention() -> QuerySet[User]:
    """Return everybody a note can name. Not all may see its ticket; ``who_may_see`` says who."""
    return User.objects.active()


def _meant_in(text: str):
    rows = User.objects.active().values_list("pk", "full_name", "email")
    return find_mentions(text, (Named(*row) for row in rows))
