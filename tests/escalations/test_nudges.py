"""Messages only hurry what the rows say; a process that dies leaves nothing half done."""

import signal
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from escalations import tasks
from escalations.events import clocks_changed
from escalations.models import SLAClock, SLAEvent
from escalations.services.enforcement import NEAR, sweep
from tests import processes
from tests.escalations.making import make_clock
from tests.factories import make_ticket
from tests.workers import eventually, running_worker

pytestmark = pytest.mark.django_db(transaction=True)
SOON = timedelta(seconds=2)


def test_a_near_deadline_is_woken_up_for_without_any_beat():
    with running_worker():
        now = timezone.now()
        clock = make_clock(make_ticket(), due_at=now + SOON)
        clocks_changed.send(SLAClock, clocks=[clock], at=now)

        eventually(lambda: SLAEvent.objects.filter(carried_out_at__isnull=False))

    event = SLAEvent.objects.get()
    assert event.at == now + SOON
    assert event.recorded_at > event.at


def test_a_worker_killed_in_the_middle_of_a_sweep_has_recorded_nothing_and_lost_nothing():
    now = timezone.now()
    clock = make_clock(make_ticket(), due_at=now - SOON)
    worker = processes.start(
        """
import time
from django.db import transaction
from django.utils import timezone
from escalations.services.enforcement import sweep
with transaction.atomic():
    print(sweep(at=timezone.now()), flush=True)
    time.sleep(60)
"""
    )
    assert worker.stdout.readline() == "1\n", worker.stderr.read()
    assert sweep(at=timezone.now()) == 0

    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=10)

    assert eventually(lambda: sweep(at=timezone.now())) == 1
    assert list(SLAEvent.objects.values_list("clock", "at")) == [(clock.pk, now - SOON)]


def test_a_tick_goes_on_until_nothing_is_due():
    ticket, now = make_ticket(), timezone.now()
    for number in range(3):
        make_clock(ticket, due_at=now - SOON, reference=str(number))

    tasks.sweep_clocks()
    tasks.sweep_recorded_steps()

    assert SLAEvent.objects.filter(carried_out_at__isnull=False).count() == 3


def test_no_message_waits_so_long_that_redis_hands_it_out_again():
    visible = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]

    assert timedelta(seconds=visible) > NEAR
