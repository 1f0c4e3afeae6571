"""Secrets at rest. The keys come from the environment, never from the database.

``CREDENTIAL_KEYS``: the first encrypts, all of them decrypt. To change the key, put the new one in
front, run ``reencrypt_credentials``, and take the old one away.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation


class CannotDecrypt(RuleViolation):
    """None of the keys of this installation opens what is stored, or it is another store's."""

    code = "cannot_decrypt"


def seal(secrets: Mapping[str, str], *, owner: str) -> str:
    """Encrypt. ``owner`` is sealed in: what is copied to another row does not open there."""
    plain = json.dumps({"owner": owner, "secrets": dict(secrets)})
    return _keys().encrypt(plain.encode()).decode()


def unseal(sealed: str, *, owner: str) -> dict[str, str]:
    """Decrypt what :func:`seal` made.

    Errors are raised outside the handlers, so that none carries another that quotes a secret.

    :raises CannotDecrypt: if it cannot be opened, or was sealed for somebody else.
    """
    opened = None
    with suppress(InvalidToken, ValueError):
        opened = json.loads(_keys().decrypt(sealed.encode()))
    if opened is None or opened["owner"] != owner:
        raise CannotDecrypt(
            _("The credentials cannot be decrypted with the keys of this installation.")
        )
    return opened["secrets"]


def reseal(sealed: str) -> str:
    """Encrypt with the first key what any of the keys opens.

    :raises CannotDecrypt: if none does.
    """
    with suppress(InvalidToken):
        return _keys().rotate(sealed.encode()).decode()
    raise CannotDecrypt(
        _("The credentials cannot be decrypted with the keys of this installation.")
    )


def read_key(text: str) -> Fernet:
    """Read a key: 32 random bytes in base64, of either alphabet, with or without its padding.

    :raises ImproperlyConfigured: if it is none. The words do not hold it.
    """
    text = text.strip().rstrip("=").replace("+", "-").replace("/", "_")
    with suppress(ValueError, binascii.Error):
        return Fernet(base64.urlsafe_b64encode(base64.urlsafe_b64decode(f"{text}=")))
    raise ImproperlyConfigured(
        "CREDENTIAL_KEYS holds something that is no key: 32 random bytes in base64, as "
        "`openssl rand -base64 32` makes them."
    )


def _keys() -> MultiFernet:
    return _made_of(tuple(settings.CREDENTIAL_KEYS))


@lru_cache(maxsize=4)
def _made_of(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("Set CREDENTIAL_KEYS: it encrypts the credentials of stores.")
    return MultiFernet([read_key(key) for key in keys])
