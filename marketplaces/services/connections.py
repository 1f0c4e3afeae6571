"""Connecting a store with its marketplace: made, changed, given other credentials, paused."""

from collections.abc import Mapping
from datetime import datetime

from babel.numbers import list_currencies
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from accounts.services.values import (
    NameIsTaken,
    NothingChanged,
    ValueNotPossible,
    refused_as,
    tidy_name,
)
from marketplaces.models import Connection, ConnectionKind, Store
from marketplaces.services.connection_record import record
from marketplaces.services.entries import (
    complete_addresses,
    complete_options,
    known_secrets,
    refuse_missing_secrets,
)
from marketplaces.services.streams import open_streams
from marketplaces.vault import seal, unseal
from marketplaces.wire.opening import gateway_class

MAX_NAME, MAX_WHY = 80, 200


class AlreadyConnected(RuleViolation):
    code = "store_already_connected"


class ReasonMissing(RuleViolation):
    code = "reason_missing"


@transaction.atomic
def connect_store(
    *,
    marketplace: str,
    name: str,
    currency: str,
    credentials: Mapping[str, str],
    addresses: Mapping[str, str],
    options: Mapping[str, str],
    by,
    at: datetime,
) -> Connection:
    """Connect a store; one of that name whose orders came in files becomes the connected one.

    :raises NotConnected: for a kind of store that is not connected at all.
    :raises NameNotPossible: for a name of nothing or too much.
    :raises NameIsTaken: for the name of a store of another marketplace.
    :raises AlreadyConnected: if the store has a connection.
    :raises EntryMissing: as does whatever ``marketplaces.services.entries`` refuses.
    """
    require(by, Act.MANAGE_STORES)
    gateway = gateway_class(marketplace)
    secrets = known_secrets(gateway, credentials)
    refuse_missing_secrets(gateway, secrets)
    facts = {
        "options": complete_options(gateway, options),
        "addresses": complete_addresses(gateway, addresses),
    }
    store = _store_of(marketplace, tidy_name(name, limit=MAX_NAME, field="name"), currency)
    twice = AlreadyConnected(_("This store is connected already."), field="name")
    with refused_as(twice, by="marketplaces_connection_store_id_key"):
        connection = Connection.objects.create(
            store=store,
            sealed=seal(secrets, owner=Connection(store=store).owner),
            secret_names=sorted(secrets),
            sealed_at=at,
            connected_at=at,
            connected_by=by,
            **facts,
        )
    open_streams(connection, offered=gateway.capabilities, at=at)
    record(connection, ConnectionKind.CONNECTED, after=store.name, by=by, at=at)
    return connection


def _store_of(marketplace: str, name: str, currency: str) -> Store:
    if currency not in list_currencies():
        raise ValueNotPossible(_("Possible: a currency, e.g. EUR."), field="currency")
    store, _made = Store.objects.get_or_create(
        name=name, defaults={"marketplace": marketplace, "currency": currency}
    )
    if store.marketplace != marketplace:
        raise NameIsTaken(_("A store of another marketplace has this name."), field="name")
    return store


@transaction.atomic
def change_connection(
    store_id: int,
    *,
    name: str | None = None,
    addresses: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
    by,
    at: datetime,
) -> Connection:
    """Change what is named; the next call goes by it. What a mapping leaves out stays.

    :raises NothingChanged: if all is as it was.
    :raises NameNotPossible: as ``connect_store``, as do the other refusals.
    """
    require(by, Act.MANAGE_STORES)
    connection = _locked(store_id)
    gateway = gateway_class(connection.store.marketplace)
    wanted = {
        "addresses": complete_addresses(gateway, connection.addresses | dict(addresses or {})),
        "options": complete_options(gateway, connection.options | dict(options or {})),
    }
    is_renamed = name is not None and _rename(connection, name, by=by, at=at)
    changed = [field for field, values in wanted.items() if getattr(connection, field) != values]
    if not changed and not is_renamed:
        raise NothingChanged(_("Nothing was changed."))
    for field in changed:
        _record_differences(connection, field, wanted[field], by=by, at=at)
        setattr(connection, field, wanted[field])
    connection.save(update_fields=changed)
    return connection


def _rename(connection: Connection, name: str, *, by, at: datetime) -> bool:
    store, before = connection.store, connection.store.name
    name = tidy_name(name, limit=MAX_NAME, field="name")
    if name == before:
        return False
    store.name = name
    taken = NameIsTaken(_("Another store has this name."), field="name")
    with refused_as(taken, by="marketplaces_store_name_key"):
        store.save(update_fields=["name"])
    record(connection, ConnectionKind.RENAMED, before=before, after=name, by=by, at=at)
    return True


def _record_differences(connection: Connection, field: str, after: dict, *, by, at) -> None:
    kinds = {"addresses": ConnectionKind.ADDRESS_CHANGED, "options": ConnectionKind.OPTION_CHANGED}
    before = getattr(connection, field)
    for name, value in after.items():
        old = before.get(name, "")
        if old != value:
            record(connection, kinds[field], about=name, before=old, after=value, by=by, at=at)


@transaction.atomic
def rotate_credentials(
    store_id: int, *, credentials: Mapping[str, str], by, at: datetime
) -> Connection:
    """Replace the credentials that are given, and keep the others. The next call uses them.

    :raises NothingChanged: if none is given.
    :raises CannotDecrypt: if those that stay cannot be opened.
    """
    require(by, Act.MANAGE_STORES)
    connection = _locked(store_id)
    given = known_secrets(gateway_class(connection.store.marketplace), credentials)
    if not given:
        raise NothingChanged(_("Give at least one credential. What is left empty stays."))
    kept = {} if set(connection.secret_names) <= set(given) else _unsealed(connection)
    secrets = kept | given
    connection.sealed = seal(secrets, owner=connection.owner)
    connection.secret_names = sorted(secrets)
    connection.version += 1
    connection.sealed_at = at
    connection.save(update_fields=["sealed", "secret_names", "version", "sealed_at"])
    connection.kept.all().delete()
    replaced = ", ".join(sorted(given))
    record(connection, ConnectionKind.CREDENTIALS_REPLACED, about=replaced, by=by, at=at)
    return connection


@transaction.atomic
def pause_connection(store_id: int, *, why: str, by, at: datetime) -> Connection:
    """Call the marketplace no more until somebody lets it go on.

    :raises ReasonMissing: without a reason.
    :raises NothingChanged: if it is paused.
    """
    require(by, Act.MANAGE_STORES)
    why = " ".join(why.split())
    if not 1 <= len(why) <= MAX_WHY:
        message = _("Say why, in 1 to %(limit)d characters.") % {"limit": MAX_WHY}
        raise ReasonMissing(message, field="why")
    connection = _locked(store_id)
    if connection.paused_at:
        raise NothingChanged(_("The connection is paused already."))
    connection.paused_at, connection.paused_by, connection.paused_why = at, by, why
    connection.save(update_fields=["paused_at", "paused_by", "paused_why"])
    record(connection, ConnectionKind.PAUSED, after=why, by=by, at=at)
    return connection


@transaction.atomic
def resume_connection(store_id: int, *, by, at: datetime) -> Connection:
    """Let a paused connection go on from where it was.

    :raises NothingChanged: if it is not paused.
    """
    require(by, Act.MANAGE_STORES)
    connection = _locked(store_id)
    if not connection.paused_at:
        raise NothingChanged(_("The connection is not paused."))
    connection.paused_at, connection.paused_by, connection.paused_why = None, None, ""
    connection.save(update_fields=["paused_at", "paused_by", "paused_why"])
    record(connection, ConnectionKind.RESUMED, by=by, at=at)
    return connection


def _locked(store_id: int) -> Connection:
    connections = Connection.objects.select_related("store")
    return connections.select_for_update(of=("self",), no_key=True).get(store=store_id)


def _unsealed(connection: Connection) -> dict[str, str]:
    return unseal(connection.sealed, owner=connection.owner)
