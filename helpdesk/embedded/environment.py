"""The environment of a checkout: what production sets by hand, as far as it is not set."""

from collections.abc import Mapping
from urllib.parse import quote

from helpdesk.embedded.data_folder import DataFolder

ALLOWED_HOSTS = "127.0.0.1,localhost,[::1],testserver"


def checkout_environment(
    data: DataFolder, given: Mapping[str, str], *, site_url: str, events_url: str = "/events/"
) -> dict[str, str]:
    """Return ``given`` with a value for every setting that a checkout needs and that is not set.

    An empty value counts as not set.
    """
    defaults = {
        "SECRET_KEY": data.secret_key(),
        "CREDENTIAL_KEYS": data.credential_key(),
        # The sandbox marketplace runs on this machine.
        "MARKETPLACES_MAY_BE_PRIVATE": "on",
        "SITE_URL": site_url,
        # Whoever names the site has a proxy that finds the event server behind it.
        "EVENTS_URL": "/events/" if given.get("SITE_URL") else events_url,
        "ALLOWED_HOSTS": ALLOWED_HOSTS,
        "MAIL_DOMAIN": "recourse.example",
        "SUPPORT_ADDRESS": "support@recourse.example",
        # Four slashes: django-environ takes one away, and the path is absolute.
        "EMAIL_URL": f"filemail:///{quote(str(data.path / 'outbox'))}",
        "ATTACHMENTS_DIR": str(data.path / "attachments"),
        "STATIC_ROOT": str(data.path / "static"),
        # Compressing them, as production does, would make a first start half a minute longer.
        "STATIC_STORAGE": "helpdesk.static_files.JoinedStaticFiles",
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        "PYTHONUNBUFFERED": "1",
    }
    return defaults | {name: value for name, value in given.items() if value}
