"""What must be right before anything starts."""

from django.conf import settings
from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured

from marketplaces.vault import read_key


@register
def credential_keys_are_keys(app_configs, **kwargs):
    """E002: something that is no key."""
    try:
        for key in settings.CREDENTIAL_KEYS:
            read_key(key)
    except ImproperlyConfigured as error:
        return [Error(str(error), id="marketplaces.E002")]
    return []


@register(deploy=True)
def credential_keys_are_there(app_configs, **kwargs):
    """E001: no key at all. A checkout without connected stores gets along without."""
    if settings.CREDENTIAL_KEYS:
        return []
    words = "CREDENTIAL_KEYS is not set: it encrypts the credentials of stores."
    return [Error(words, id="marketplaces.E001")]
