"""Endpoints of webhooks: made, changed, given another secret, taken out of use, let go on."""

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from accounts.services.values import NothingChanged, refuse_unknown, tidy_name
from escalations.models import WANTED, DeliveryState, WebhookEndpoint
from escalations.webhook_signing import secret_from
from outbound.addresses import AddressRefused, read_address
from outbound.connecting import Resolve, checked_addresses, resolve

MAX_NAME = 80
#: How long the secret before the one in use still signs, so that receivers can be told.
OVERLAP = timedelta(hours=24)


class AddressNotPossible(RuleViolation):
    """``extra`` carries ``reason``: the stable name of what is wrong with the address."""

    code = "address_not_possible"


class EventsNotPossible(RuleViolation):
    code = "events_not_possible"


def create_endpoint(
    *,
    name: str,
    url: str,
    events: Iterable[str],
    may_be_private: bool = False,
    by,
    at: datetime,
    resolve: Resolve = resolve,
) -> tuple[WebhookEndpoint, str]:
    """Make an endpoint and return it with its secret, which nobody is shown again.

    :raises NameNotPossible: for a name of nothing or too much.
    :raises AddressNotPossible: for an address no delivery may go to.
    :raises EventsNotPossible: if no event is chosen.
    :raises ValueNotPossible: for an unknown event.
    """
    require(by, Act.MANAGE_WEBHOOKS)
    endpoint = WebhookEndpoint.objects.create(
        name=tidy_name(name, limit=MAX_NAME, field="name"),
        events=_known(events),
        url=_allowed(url, may_be_private=may_be_private, resolve=resolve),
        may_be_private=may_be_private,
        seed=secrets.token_urlsafe(32),
        created_at=at,
        created_by=by,
    )
    return endpoint, secret_from(endpoint.seed, key=settings.SECRET_KEY)


def change_endpoint(
    pk: int,
    *,
    name: str | None = None,
    url: str | None = None,
    events: Iterable[str] | None = None,
    may_be_private: bool | None = None,
    by,
    at: datetime,
    resolve: Resolve = resolve,
) -> WebhookEndpoint:
    """Change what is named; what waits goes to the new address.

    :raises NothingChanged: if all is as it was.
    :raises NameNotPossible: as ``create_endpoint``, as do the other refusals.
    """
    require(by, Act.MANAGE_WEBHOOKS)
    before = WebhookEndpoint.objects.get(pk=pk)
    wanted: dict[str, object] = {}
    if name is not None:
        wanted["name"] = tidy_name(name, limit=MAX_NAME, field="name")
    if events is not None:
        wanted["events"] = _known(events)
    if may_be_private is not None:
        wanted["may_be_private"] = may_be_private
    url = before.url if url is None else url.strip()
    private = before.may_be_private if may_be_private is None else may_be_private
    if (url, private) != (before.url, before.may_be_private):
        # Outside the transaction: name servers may take their time.
        wanted["url"] = _allowed(url, may_be_private=private, resolve=resolve)
    return _save(pk, wanted)


def rotate_secret(pk: int, *, by, at: datetime) -> str:
    """Sign with another secret from now on and return it; the last one signs too for a day."""
    require(by, Act.MANAGE_WEBHOOKS)
    with transaction.atomic():
        endpoint = WebhookEndpoint.objects.locked(pk)
        endpoint.previous_seed, endpoint.previous_until = endpoint.seed, at + OVERLAP
        endpoint.seed = secrets.token_urlsafe(32)
        endpoint.save(update_fields=["seed", "previous_seed", "previous_until"])
    return secret_from(endpoint.seed, key=settings.SECRET_KEY)


@transaction.atomic
def activate_endpoint(pk: int, *, by, at: datetime) -> WebhookEndpoint:
    """Use the endpoint again, for what happens from now on.

    :raises NothingChanged: if it is in use.
    """
    return _switch(pk, lambda one: not one.is_active, is_active=True, failures=0, by=by)


@transaction.atomic
def deactivate_endpoint(pk: int, *, by, at: datetime) -> WebhookEndpoint:
    """Use the endpoint no more; what waits for it is given up, and can be replayed.

    :raises NothingChanged: if it is out of use.
    """
    endpoint = _switch(pk, lambda one: one.is_active, is_active=False, paused_at=None, by=by)
    words = "The endpoint was taken out of use."
    endpoint.deliveries.waiting().update(
        state=DeliveryState.FAILED, next_attempt_at=None, answer=words
    )
    return endpoint


@transaction.atomic
def resume_endpoint(pk: int, *, by, at: datetime) -> WebhookEndpoint:
    """Let a paused endpoint go on; the next sweep sends what waited.

    :raises NothingChanged: if it is not paused.
    """
    return _switch(pk, lambda one: one.paused_at is not None, paused_at=None, failures=0, by=by)


def _switch(pk: int, is_possible: Callable, *, by, **fields) -> WebhookEndpoint:
    require(by, Act.MANAGE_WEBHOOKS)
    endpoint = WebhookEndpoint.objects.locked(pk)
    if not is_possible(endpoint):
        raise NothingChanged(_("The endpoint is in this state already."))
    for name, value in fields.items():
        setattr(endpoint, name, value)
    endpoint.save(update_fields=list(fields))
    return endpoint


@transaction.atomic
def _save(pk: int, wanted: dict) -> WebhookEndpoint:
    endpoint = WebhookEndpoint.objects.locked(pk)
    changed = {name: value for name, value in wanted.items() if getattr(endpoint, name) != value}
    if not changed:
        raise NothingChanged(_("Nothing was changed."))
    for name, value in changed.items():
        setattr(endpoint, name, value)
    endpoint.save(update_fields=list(changed))
    return endpoint


def _known(events: Iterable[str]) -> list[str]:
    chosen = set(events)
    for event in sorted(chosen):
        refuse_unknown(event, WANTED, field="events")
    if not chosen:
        raise EventsNotPossible(_("Choose at least one event."), field="events")
    return [event for event in WANTED if event in chosen]


def _allowed(url: str, *, may_be_private: bool, resolve: Resolve) -> str:
    """Return the address, once it may be used as far as can be told now."""
    url = url.strip()
    try:
        address = read_address(url, may_be_private=may_be_private)
        checked_addresses(address, may_be_private=may_be_private, resolve=resolve)
    except AddressRefused as error:
        raise AddressNotPossible(str(error), field="url", reason=error.code) from error
    except OSError as error:
        message = _("%(host)s cannot be found.") % {"host": address.host}
        raise AddressNotPossible(message, field="url", reason="host_not_found") from error
    return url
