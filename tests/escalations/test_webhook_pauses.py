"""Whoever manages webhooks hears of a paused endpoint, once."""

import pytest
from django.core import mail

from accounts.models import Role, User
from escalations.models import WebhookEndpoint
from escalations.services.webhook_pauses import tell_of_pauses
from tests.concurrency import all_at_once
from tests.escalations.hooks import make_endpoint
from tests.factories import MONDAY, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def paused():
    endpoint = make_endpoint("https://127.0.0.1/hook")
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(paused_at=MONDAY, failures=50)
    return WebhookEndpoint.objects.get(pk=endpoint.pk)


def administrators() -> set[str]:
    return set(User.objects.filter(role=Role.ADMIN, is_active=True).values_list("email", flat=True))


def test_every_administrator_gets_one_letter_in_their_language(paused):
    make_user(Role.MANAGER)
    make_user(Role.ADMIN, is_active=False)
    make_user(Role.ADMIN, language="de")

    assert (tell_of_pauses(at=MONDAY), tell_of_pauses(at=MONDAY)) == (1, 0)

    assert {letter.to[0] for letter in mail.outbox} == administrators()
    letter = mail.outbox[0]
    assert paused.name in letter.subject and "50 deliveries" in letter.body
    assert f"/settings/webhooks/{paused.pk}/" in letter.body


def test_the_next_pause_is_told_again(paused):
    tell_of_pauses(at=MONDAY)
    WebhookEndpoint.objects.filter(pk=paused.pk).update(pause_told_at=None)

    assert tell_of_pauses(at=MONDAY) == 1


def test_what_is_not_paused_is_not_told(paused):
    WebhookEndpoint.objects.filter(pk=paused.pk).update(paused_at=None)

    assert tell_of_pauses(at=MONDAY) == 0
    assert not mail.outbox


def test_an_outage_of_the_mail_server_only_puts_it_off(paused, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    assert tell_of_pauses(at=MONDAY) == 0

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert tell_of_pauses(at=MONDAY) == 1


def test_of_sweeps_at_once_one_tells(transactional_db, paused):
    outcomes = all_at_once([lambda: tell_of_pauses(at=MONDAY)] * 6)

    assert sorted(outcomes) == [0, 0, 0, 0, 0, 1]
