"""Keys to the REST door: made, found, noted, revoked."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from knox.crypto import hash_token
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from accounts.models import ApiToken, User

LONGEST_LIFE = timedelta(days=365)
USUAL_LIFE = timedelta(days=90)
USE_IS_NOTED_EVERY = timedelta(minutes=1)


def create_token(
    user: User, *, name: str, scopes: Iterable[str], at: datetime, life: timedelta = USUAL_LIFE
) -> tuple[ApiToken, str]:
    """Make a token and return it with its text, which is nowhere kept.

    :raises ValueError: for a life of nothing or of more than a year.
    """
    if not timedelta(0) < life <= LONGEST_LIFE:
        raise ValueError(f"A token lives at most {LONGEST_LIFE.days} days.")
    digest, text = get_digest_token()
    token = ApiToken(
        digest=digest,
        token_key=text[: CONSTANTS.TOKEN_KEY_LENGTH],
        user=user,
        name=name.strip(),
        scopes=sorted(set(scopes)),
        expiry=at + life,
    )
    token.save(force_insert=True)
    return token, text


def find_token(text: str, *, at: datetime) -> ApiToken | None:
    """Return the living token with its person, in one query by the whole digest."""
    living = ApiToken.objects.filter(Q(expiry=None) | Q(expiry__gt=at))
    return living.select_related("user").filter(digest=hash_token(text)).first()


def note_use(token: ApiToken, *, at: datetime) -> None:
    """Keep when the token was last used, to the minute: most requests write nothing."""
    if token.last_used_at is None or token.last_used_at <= at - USE_IS_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)


def revoke_token(token: ApiToken) -> None:
    """Refuse the token from now on. Its next request is already unauthenticated."""
    ApiToken.objects.filter(pk=token.pk).delete()
