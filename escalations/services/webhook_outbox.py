"""Webhooks leave. The row is the queue; see decision 038.

A delivery is claimed, posted, recorded. No transaction is open while the receiver is asked. What
may have arrived is sent again: receivers know it by its id.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from escalations.models import DeliveryState, WebhookDelivery, WebhookEndpoint
from escalations.webhook_posting import NotPosted, post
from escalations.webhook_signing import secret_from, signature
from outbound.connecting import Resolve, resolve

logger = logging.getLogger(__name__)

#: Seconds until the next attempt after the first, second … that failed; then it gives up.
RETRY_AFTER = (30, 120, 600, 3600, 6 * 3600, 24 * 3600)
#: Failed attempts in a row, of all its deliveries, after which an endpoint is paused.
PAUSED_AFTER = 50
#: Longer than any task may run, so that nobody takes a delivery from a living process.
ABANDONED_AFTER = timedelta(minutes=6)
LOG_IS_KEPT = timedelta(days=30)
SWEEP_SIZE = 200
FORGOTTEN_AT_ONCE = 1000


def deliver(delivery_id: int, *, at: datetime, resolve: Resolve = resolve) -> None:
    """Send one queued delivery. Sending one that is not queued or not due changes nothing."""
    if not _claim(delivery_id, at):
        return
    delivery = WebhookDelivery.objects.select_related("endpoint").get(pk=delivery_id)
    endpoint = delivery.endpoint
    if not endpoint.is_active:
        _failed(delivery, None, "The endpoint is out of use.", at=at)
        return
    body = delivery.body.encode()
    try:
        answer = post(
            endpoint.url,
            body,
            headers=_headers(delivery, body, at=at),
            may_be_private=endpoint.may_be_private,
            resolve=resolve,
        )
    except NotPosted as error:
        _failed(delivery, None, str(error), at=at)
        return
    if answer.is_success:
        _delivered(delivery, answer.status, answer.words, at=at)
    else:
        _failed(delivery, answer.status, answer.words, at=at)


def settle_abandoned(*, at: datetime) -> int:
    """Try again what a process had in hand when it died; returns how many.

    It may have arrived: the receiver knows it by its id. One that has had all its attempts gives
    up, so what kills processes does not do so for ever.
    """
    lost = WebhookDelivery.objects.abandoned(before=at - ABANDONED_AFTER)
    words = "The process that sent it died meanwhile."
    spent = lost.filter(attempts__gt=len(RETRY_AFTER))
    given_up = spent.update(state=DeliveryState.FAILED, next_attempt_at=None, answer=words)
    return given_up + lost.update(
        state=DeliveryState.QUEUED, next_attempt_at=at, claimed_at=None, answer=words
    )


def release_held(*, at: datetime) -> int:
    """Let go what waited for an endpoint that is not paused any more; returns how many."""
    held = WebhookDelivery.objects.waiting().filter(next_attempt_at=None, endpoint__paused_at=None)
    return held.update(next_attempt_at=at)


def due(*, at: datetime) -> list[int]:
    """Name the deliveries that wait for an attempt, the longest due first."""
    found = WebhookDelivery.objects.due(at).order_by("next_attempt_at", "pk")
    return list(found.values_list("pk", flat=True)[:SWEEP_SIZE])


def forget_old(*, at: datetime) -> int:
    """Forget what is older than the log is kept; returns how many of one batch."""
    old = WebhookDelivery.objects.filter(created_at__lt=at - LOG_IS_KEPT)
    batch = old.exclude(state=DeliveryState.SENDING).order_by("created_at")
    keys = list(batch.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
    return WebhookDelivery.objects.filter(pk__in=keys).delete()[0]


def secrets_of(endpoint: WebhookEndpoint, *, at: datetime) -> list[str]:
    """Return the secrets that sign now: the one in use, and for a while the one before it."""
    seeds = [endpoint.seed]
    if endpoint.previous_until and at < endpoint.previous_until:
        seeds.append(endpoint.previous_seed)
    return [secret_from(seed, key=settings.SECRET_KEY) for seed in seeds]


def _headers(delivery: WebhookDelivery, body: bytes, *, at: datetime) -> list[tuple[str, str]]:
    secrets = secrets_of(delivery.endpoint, at=at)
    return [
        ("Content-Type", "application/json"),
        ("User-Agent", "Recourse-Webhooks/1"),
        ("Recourse-Event", delivery.event),
        ("Recourse-Delivery", str(delivery.pk)),
        ("Recourse-Attempt", str(delivery.attempts)),
        ("Recourse-Signature", signature(body, secrets=secrets, at=at)),
    ]


def _claim(delivery_id: int, at: datetime) -> bool:
    """Of several processes exactly one gets the delivery."""
    due = WebhookDelivery.objects.due(at).filter(pk=delivery_id)
    claimed = due.update(
        state=DeliveryState.SENDING, claimed_at=at, attempts=F("attempts") + 1, status_code=None
    )
    return claimed == 1


def _mine(delivery: WebhookDelivery):
    """The row, unless the claim was lost meanwhile."""
    return WebhookDelivery.objects.filter(
        pk=delivery.pk, state=DeliveryState.SENDING, claimed_at=delivery.claimed_at
    )


@transaction.atomic
def _delivered(delivery: WebhookDelivery, status: int, words: str, *, at: datetime) -> None:
    recorded = _mine(delivery).update(
        state=DeliveryState.DELIVERED,
        delivered_at=at,
        next_attempt_at=None,
        status_code=status,
        answer=words,
    )
    if recorded:
        WebhookEndpoint.objects.filter(pk=delivery.endpoint_id, failures__gt=0).update(failures=0)


@transaction.atomic
def _failed(delivery: WebhookDelivery, status: int | None, words: str, *, at: datetime) -> None:
    """Try later, or give up; after too many failures in a row the endpoint is paused."""
    # The endpoint's lock comes before its deliveries' here and nowhere is it the other way round.
    endpoint = WebhookEndpoint.objects.locked(delivery.endpoint_id)
    has_another = delivery.attempts <= len(RETRY_AFTER) and endpoint.is_active
    said = {"status_code": status, "answer": words, "claimed_at": None}
    if not has_another:
        recorded = _mine(delivery).update(state=DeliveryState.FAILED, next_attempt_at=None, **said)
    else:
        wait = timedelta(seconds=RETRY_AFTER[delivery.attempts - 1])
        recorded = _mine(delivery).update(
            state=DeliveryState.QUEUED,
            next_attempt_at=None if endpoint.paused_at else at + wait,
            **said,
        )
    if recorded:
        _count_failure(endpoint, at=at)


def _count_failure(endpoint: WebhookEndpoint, *, at: datetime) -> None:
    endpoint.failures += 1
    if endpoint.failures >= PAUSED_AFTER and endpoint.paused_at is None:
        endpoint.paused_at, endpoint.pause_told_at = at, None
        endpoint.deliveries.waiting().update(next_attempt_at=None)
        logger.warning("Webhook endpoint %s failed too often and is paused", endpoint.pk)
    endpoint.save(update_fields=["failures", "paused_at", "pause_told_at"])
