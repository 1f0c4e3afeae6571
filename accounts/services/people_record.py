"""Writing down who changed what for whom. Every service that administers calls this."""

from datetime import datetime

from django.conf import settings
from django.utils import translation

from accounts import events
from accounts.models import PeopleEntry, Team, Tier, User


def record(
    kind: str,
    *,
    at: datetime,
    by: User | None,
    user: User | None = None,
    team: Team | None = None,
    tier: Tier | None = None,
    before: object = "",
    after: object = "",
) -> PeopleEntry:
    """Append one entry about the person, the team or the tier, in the act's transaction.

    Words are kept in the language of the installation, whatever the person who acts reads.
    """
    with translation.override(settings.LANGUAGE_CODE):
        before, after = str(before), str(after)
    entry = PeopleEntry.objects.create(
        kind=kind,
        at=at,
        actor=by,
        user=user,
        team=team,
        tier=tier,
        before=before,
        after=after,
    )
    if user is not None:
        events.person_changed.send(User, user=user)
    return entry
