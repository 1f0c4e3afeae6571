"""The letter of an invitation: sent by a worker, looked for by a sweep until it has left."""

from datetime import datetime, timedelta

from accounts.models import PeopleEntry, PeopleKind, User
from accounts.services.invitation_links import LIFE, InvitationTokens
from accounts.services.letters import letter_to
from accounts.services.people_record import record

#: A letter that has not left after this long has lost its worker.
PATIENCE = timedelta(minutes=2)
_OWING = (PeopleKind.INVITED, PeopleKind.INVITED_AGAIN)


def send_invitation_letter(user_id: int, *, at: datetime) -> None:
    """Mail somebody the link that sets the first password, and write down that it left.

    The link is made while it is sent and kept nowhere.

    :raises OSError: if the mail server cannot be reached; asking again makes another link.
    """
    user = User.objects.invited().filter(pk=user_id).first()
    if user is None:
        return
    token = InvitationTokens().make_token(user)
    letter_to(user, "invitation", token=token, days=LIFE.days).send()
    record(PeopleKind.INVITATION_MAILED, user=user, by=None, at=at)


def invitations_owed(*, at: datetime) -> list[int]:
    """Return who was invited some time ago and got no letter since: a nudge was lost."""
    asked = PeopleEntry.objects.filter(kind__in=_OWING, user__in=User.objects.invited())
    latest = dict(
        asked.filter(at__gt=at - LIFE, at__lt=at - PATIENCE)
        .values_list("user", "pk")
        .order_by("pk")
    )
    mailed = PeopleEntry.objects.filter(kind=PeopleKind.INVITATION_MAILED, user__in=latest)
    got = dict(mailed.values_list("user", "pk").order_by("pk"))
    return [user for user, entry in latest.items() if got.get(user, 0) < entry]
