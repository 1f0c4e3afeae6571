"""What marketplaces say about their limits, each in its own headers."""

from datetime import timedelta
from email.utils import format_datetime

import httpx
import pytest

from marketplaces.limits import LONGEST_WAIT, Told, read_limits
from tests.factories import MONDAY

EPOCH_MS = int(MONDAY.timestamp() * 1000)


def told(headers=None, json=None, status=200) -> Told:
    return read_limits(httpx.Response(status, headers=headers or {}, json=json or {}), MONDAY)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, Told()),
        ({"Retry-After": "7"}, Told(wait=7)),
        ({"Retry-After": "0.5"}, Told(wait=0.5)),
        ({"Retry-After": "-3"}, Told(wait=0)),
        ({"Retry-After": "soon"}, Told()),
        ({"Retry-After": "nan"}, Told()),
        ({"Retry-After": "999999999"}, Told(wait=LONGEST_WAIT)),
        ({"Retry-After": format_datetime(MONDAY + timedelta(minutes=2), usegmt=True)},
         Told(wait=120)),
        # A clock that goes wrong is measured by itself.
        ({"Retry-After": format_datetime(MONDAY + timedelta(hours=9, minutes=1), usegmt=True),
          "Date": format_datetime(MONDAY + timedelta(hours=9), usegmt=True)}, Told(wait=60)),
        ({"x-amzn-RateLimit-Limit": "0.0056"}, Told(per_second=0.0056)),
        ({"x-amzn-RateLimit-Limit": "0"}, Told()),
        ({"x-amzn-RateLimit-Limit": "inf"}, Told()),
        ({"X-Current-Token-Count": "12"}, Told(left=12)),
        ({"X-Current-Token-Count": "0", "X-Next-Replenishment-Time": str(EPOCH_MS + 4000)},
         Told(left=0, wait=4)),
        ({"X-Current-Token-Count": "-1"}, Told()),
    ],
)  # fmt: skip
def test_headers_are_read(headers, expected):
    assert told(headers) == expected


def test_shopify_tells_the_cost_in_the_answer():
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": 1954, "restoreRate": 100.0}
    answer = {"data": {}, "extensions": {"cost": {"throttleStatus": status}}}

    assert told(json=answer) == Told(per_second=100.0, burst=2000.0, left=1954, unit="points")


def test_shopify_refuses_with_200():
    errors = [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]

    assert told(json={"errors": errors}) == Told(wait=1.0, is_throttled=True, unit="points")


@pytest.mark.parametrize(
    "answer",
    [{"extensions": None}, {"extensions": {"cost": 3}}, {"errors": "extensions"}, ["extensions"],
     {"errors": [{"extensions": []}]}],
)  # fmt: skip
def test_nonsense_in_place_of_the_cost_says_nothing(answer):
    assert told(json=answer) == Told()


def test_points_say_nothing_about_requests():
    points = Told(wait=2, per_second=100, burst=2000, left=3, is_throttled=True, unit="points")

    assert points.counted_in("points") == points
    assert points.counted_in("requests") == Told(wait=2, is_throttled=True)
