"""Four processes at one rate: the other side counts, and it is never too much."""

from contextlib import ExitStack

import pytest
from redis import Redis

from marketplaces.models import Exchange
from tests.marketplaces.connected import GATEWAY, make_connection
from tests.marketplaces.http_server import running_server
from tests.processes import start

pytestmark = pytest.mark.django_db(transaction=True)

#: Asks as often as it may for some seconds, and says how often that was.
WORKER = """
import time
from django.conf import settings
settings.MARKETPLACE_GATEWAYS = {{"shopify": {gateway!r}}}
settings.MARKETPLACES_MAY_BE_PRIVATE = True
from marketplaces.gateways.base import TryLater
from marketplaces.wire.opening import open_gateway
end, made = time.monotonic() + {seconds}, 0
with open_gateway({store}, patience=0.5) as gateway:
    while time.monotonic() < end:
        try:
            gateway.get("paced")
            made += 1
        except TryLater as later:
            time.sleep(min(later.after or 0.1, 0.5))
print(made)
"""


def workers(store_id: int, *, seconds: float, count: int = 4, **environment) -> list:
    code = WORKER.format(gateway=GATEWAY, store=store_id, seconds=seconds)
    return [start(code, **environment) for _ in range(count)]


def made_by(processes) -> list[int]:
    made = []
    for process in processes:
        out, err = process.communicate(timeout=90)
        assert process.returncode == 0, err
        made.append(int(out))
    return made


@pytest.fixture
def strict(plain_gateway):
    """A marketplace with exactly the documented rate: two at once, ten a second."""
    with running_server(per_second=10, burst=2) as server:
        yield server, make_connection(server.url).store_id


def test_four_workers_never_exceed_a_rate(strict):
    server, store_id = strict
    made = made_by(workers(store_id, seconds=4))

    assert server.exceeded == 0
    assert sum(made) == len(server.seen) == Exchange.objects.count()
    assert min(made) > 0, "Each of them gets its turn."


def test_nor_do_they_when_redis_forgets_everything_in_between(strict, settings):
    server, store_id = strict
    processes = workers(store_id, seconds=4)
    redis = Redis.from_url(settings.REDIS_URL)
    while any(process.poll() is None for process in processes):
        redis.flushdb()
        try:
            processes[0].wait(timeout=0.7)
        except Exception:
            continue
    made_by(processes)

    assert server.exceeded == 0
    assert len(server.seen) > 2


def test_nor_do_they_without_redis(strict, tmp_path):
    server, store_id = strict
    nowhere = f"unix://{tmp_path}/nobody.sock"
    made = made_by(workers(store_id, seconds=4, REDIS_URL=nowhere, REDIS_CACHE_URL=nowhere))

    assert server.exceeded == 0
    assert sum(made) == len(server.seen) > 2
    assert not Exchange.objects.filter(is_paced=False).exists()


def test_nor_do_two_with_redis_beside_two_without(strict, tmp_path):
    server, store_id = strict
    nowhere = f"unix://{tmp_path}/nobody.sock"
    with ExitStack() as running:
        processes = workers(store_id, seconds=4, count=2)
        processes += workers(
            store_id, seconds=4, count=2, REDIS_URL=nowhere, REDIS_CACHE_URL=nowhere
        )
        for process in processes:
            running.callback(process.kill)
        made_by(processes)

    assert server.exceeded == 0
