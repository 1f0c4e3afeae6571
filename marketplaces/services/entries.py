"""What somebody filled in for a connection: complete, known, and no way into our own network."""

from collections.abc import Iterable, Mapping
from ipaddress import ip_address

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.services.values import refuse_unknown
from marketplaces.gateways.base import Field, Gateway
from outbound.addresses import AddressRefused, read_address, refuse_private

MAX_SECRET, MAX_OPTION = 8_000, 500


class EntryMissing(RuleViolation):
    code = "entry_missing"


class EntryNotPossible(RuleViolation):
    code = "entry_not_possible"


class AddressNotPossible(RuleViolation):
    """``extra`` carries ``reason``: the stable name of what is wrong with the address."""

    code = "address_not_possible"


def secret_fields(gateway: type[Gateway]) -> list[Field]:
    return [field for field in gateway.fields if field.is_secret]


def plain_fields(gateway: type[Gateway]) -> list[Field]:
    return [field for field in gateway.fields if not field.is_secret]


def complete_options(gateway: type[Gateway], given: Mapping[str, str]) -> dict[str, str]:
    """Return all options, with the gateway's own where nothing is given.

    :raises EntryMissing: for a required one without a default.
    """
    fields = plain_fields(gateway)
    entries = _tidy(given, fields, limit=MAX_OPTION)
    entries = {field.name: entries.get(field.name) or field.default for field in fields}
    _refuse_missing(fields, entries)
    return entries


def known_secrets(gateway: type[Gateway], given: Mapping[str, str]) -> dict[str, str]:
    """Return the secrets that are given; an empty one is not."""
    return _tidy(given, secret_fields(gateway), limit=MAX_SECRET)


def refuse_missing_secrets(gateway: type[Gateway], secrets: Mapping[str, str]) -> None:
    """:raises EntryMissing: naming a required secret that is not there."""
    _refuse_missing(secret_fields(gateway), secrets)


def complete_addresses(gateway: type[Gateway], given: Mapping[str, str]) -> dict[str, str]:
    """Return all addresses, with the marketplace's own where nothing is given.

    :raises EntryMissing: for one the marketplace has not of its own, as each shop has another.
    :raises AddressNotPossible: for one that no call may go to.
    """
    for name in given:
        refuse_unknown(name, gateway.addresses, field="addresses")
    addresses = {
        name: (given.get(name) or "").strip() or own for name, own in gateway.addresses.items()
    }
    for name, url in addresses.items():
        if not url:
            raise EntryMissing(_("The address is missing."), field=name)
        _refuse_address(name, url)
    return addresses


def _refuse_address(name: str, url: str) -> None:
    """Judge what stands there. What a host name leads to is judged with each call."""
    may_be_private = settings.MARKETPLACES_MAY_BE_PRIVATE
    try:
        address = read_address(url, may_be_private=may_be_private)
        if _is_number(address.host):
            refuse_private(address.host, may_be_private=may_be_private)
    except AddressRefused as error:
        raise AddressNotPossible(str(error), field=name, reason=error.code) from error
    if "?" in url or "#" in url:
        raise AddressNotPossible(
            _("Give the address without a query."), field=name, reason="address_with_query"
        )


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _tidy(given: Mapping[str, str], fields: Iterable[Field], *, limit: int) -> dict[str, str]:
    known = {field.name for field in fields}
    for name in given:
        refuse_unknown(name, sorted(known), field=name if name in known else "")
    tidied = {name: value.strip() for name, value in given.items()}
    for name, value in tidied.items():
        if len(value) > limit or "\x00" in value:
            message = _("At most %(limit)d characters.") % {"limit": limit}
            raise EntryNotPossible(message, field=name)
    return {name: value for name, value in tidied.items() if value}


def _refuse_missing(fields: Iterable[Field], entries: Mapping[str, str]) -> None:
    for field in fields:
        if field.is_required and not entries.get(field.name):
            message = _("%(label)s is missing.") % {"label": field.label}
            raise EntryMissing(message, field=field.name)
