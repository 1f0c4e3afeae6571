"""The link of an invitation: signed, for one person, until a password is set or a week is over."""

import hmac
from datetime import timedelta

from django.core import signing
from django.utils.crypto import salted_hmac

from accounts.models import User

LIFE = timedelta(days=7)
_SALT = "accounts.invitation"


class InvitationTokens:
    """Makes and checks the link's token; it ends with the first password and after a week."""

    def make_token(self, user: User) -> str:
        return signing.dumps(_fingerprint(user), salt=_SALT)

    def check_token(self, user: User | None, token: str) -> bool:
        if user is None or user.has_usable_password() or not user.is_active:
            return False
        try:
            found = signing.loads(token, salt=_SALT, max_age=LIFE)
        except signing.BadSignature:
            return False
        return hmac.compare_digest(str(found), _fingerprint(user))


def _fingerprint(user: User) -> str:
    """Another one with every invitation: the unusable password is random."""
    return salted_hmac(_SALT, f"{user.pk} {user.email} {user.password}").hexdigest()
