"""Signing somebody out everywhere."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models.functions import Now

from accounts.models import ApiToken, User


def end_sessions(user: User) -> int:
    """Remove every living session of the person; return how many there were.

    A session names its person only inside its signed data, so all living ones are read.
    """
    living = Session.objects.filter(expire_date__gt=Now()).iterator(chunk_size=500)
    key = str(user.pk)
    theirs = [one.session_key for one in living if one.get_decoded().get(SESSION_KEY) == key]
    ended, _ = Session.objects.filter(session_key__in=theirs).delete()
    return ended


def revoke_tokens(user: User) -> int:
    """Revoke every token of the person; return how many there were."""
    revoked, _ = ApiToken.objects.filter(user=user).delete()
    return revoked
