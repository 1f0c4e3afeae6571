"""The process itself: commands, faults over HTTP, restarts, life, the demo's files."""

import json
import signal
import subprocess
import sys
from email import message_from_string, policy
from pathlib import Path

import httpx
import pytest

from helpdesk.demo.shop import open_shop
from sandbox.demo import open_demo
from sandbox.values import Shop
from sandbox.world import World
from tests.factories import MONDAY
from tests.sandbox.process import CHECKOUT, running_sandbox

DEMO = Path(CHECKOUT) / "helpdesk" / "demo"
DOC = Path(CHECKOUT) / "docs" / "sandbox.md"


def token_answer(sandbox, shop, **options):
    """Ask Walmart for a token: a call that is simple and has an effect."""
    known = shop["credentials"]
    return httpx.post(
        f"{shop['addresses']['api']}/v3/token",
        data={"grant_type": "client_credentials"},
        auth=(known["client_id"], known["client_secret"]),
        **options,
    )


def test_every_command_is_in_the_documentation(sandbox):
    commands = sandbox.ask("")["commands"]
    described = DOC.read_text()

    assert [one for one in commands if f"`{one}`" not in described] == []


def test_an_unknown_command_says_which_there_are(sandbox):
    answer = sandbox.http.post("/control/nonsense")

    assert answer.status_code == 404
    assert "POST /control/ship" in answer.json()["commands"]


@pytest.mark.parametrize(
    ("command", "asked", "code"),
    [
        ("ship", {"order": "none"}, "no_shop"),
        ("shops", {"marketplace": "bazaar"}, "no_marketplace"),
        ("faults", {"script": ["explode"]}, "no_fault"),
        ("time", {"advance": -1}, "backwards"),
        ("claims/decide", {"claim": "1"}, "no_claim"),
    ],
)
def test_what_cannot_be_is_refused_with_a_code(sandbox, command, asked, code):
    answer = sandbox.http.post(f"/control/{command}", json=asked)

    assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_every_kind_of_fault_is_felt(sandbox):
    shop = sandbox.open_shop("walmart", orders=0)
    sandbox.tell("faults", operation="token", script=["throttle"], seconds=7)
    sandbox.tell("faults", operation="token", script=["error"], status=503)
    sandbox.tell("faults", operation="token", script=["malformed", "error_after"])

    throttled = token_answer(sandbox, shop)
    broken = token_answer(sandbox, shop)
    malformed, after = token_answer(sandbox, shop), token_answer(sandbox, shop)

    assert (throttled.status_code, throttled.headers["Retry-After"]) == (429, "7")
    assert (broken.status_code, after.status_code) == (503, 500)
    with pytest.raises(json.JSONDecodeError):
        malformed.json()
    assert len(sandbox.state_of(shop)["papers"]["tokens"]) == 2
    assert token_answer(sandbox, shop).status_code == 200


def test_a_slow_answer_comes_too_late_for_who_does_not_wait(sandbox):
    shop = sandbox.open_shop("walmart", orders=0)
    sandbox.tell("faults", operation="token", script=["slow"], seconds=30)

    with pytest.raises(httpx.ReadTimeout):
        token_answer(sandbox, shop, timeout=0.5)

    assert len(sandbox.state_of(shop)["papers"]["tokens"]) == 1


def test_a_call_that_is_repeated_on_its_way_acts_twice(sandbox):
    shop = sandbox.open_shop("walmart", orders=0)
    sandbox.tell("faults", operation="token", script=["twice"])

    assert token_answer(sandbox, shop).status_code == 200
    assert len(sandbox.state_of(shop)["papers"]["tokens"]) == 2


def test_faults_by_chance_are_the_same_every_time(sandbox):
    struck = []
    for _ in range(2):
        sandbox.tell("reset", orders=0)
        shop = sandbox.open_shop("walmart", orders=0)
        sandbox.tell("faults", chances={"error": 0.4, "throttle": 0.2}, seed=11)
        struck.append([token_answer(sandbox, shop).status_code for _ in range(20)])

    assert struck[0] == struck[1]
    assert set(struck[0]) == {200, 429, 500}


def test_what_a_buyer_writes_comes_as_mail_where_there_is_no_api(sandbox):
    for marketplace, count in (("amazon", 1), ("walmart", 1), ("shopify", 1), ("ebay", 0)):
        shop = sandbox.open_shop(marketplace)
        sandbox.tell("messages", order=shop["orders"][0], text="Where is it? Größe M.")
        mails = sandbox.ask("mails", shop=shop["shop"], to="us@shop.example")["mails"]
        assert len(mails) == count
        for text in mails:
            mail = message_from_string(text, policy=policy.default)
            assert "Where is it? Größe M." in mail.get_content()
            assert mail["To"] == "us@shop.example"
            if marketplace == "amazon":
                assert shop["orders"][0] in mail["Subject"]


def test_the_last_calls_are_told_with_what_struck_them(sandbox):
    shop = sandbox.open_shop("walmart", orders=0)
    sandbox.tell("faults", operation="token", script=["error"])
    token_answer(sandbox, shop)

    (call,) = sandbox.ask("calls")["calls"]
    assert (call["call"], call["status"], call["fault"]) == ("walmart.token.", 500, "error")


def test_time_stands_still_until_it_is_told_to_move():
    with running_sandbox("--at", "2026-03-02T09:00:00Z", "--orders", "1") as sandbox:
        assert sandbox.ask("time")["now"] == "2026-03-02T09:00:00+00:00"
        assert sandbox.tell("time", advance=90)["now"] == "2026-03-02T09:01:30+00:00"


def test_a_world_survives_a_restart(tmp_path):
    options = ("--orders", "2", "--snapshot", str(tmp_path / "world.json"))
    with running_sandbox(*options) as sandbox:
        shop = sandbox.open_shop("ebay", orders=1)
        sandbox.tell("ship", order=shop["orders"][0])
        before = sandbox.ask("state")
    with running_sandbox(*options) as sandbox:
        after = sandbox.ask("state")

    assert after["shops"] == before["shops"]
    assert after["last_number"] == before["last_number"]


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_once_and_quietly(signum):
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--port", "0"],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdout.readline()
    process.send_signal(signum)
    _, errors = process.communicate(timeout=20)

    assert (process.returncode, errors) == (0, "")


def test_life_goes_on_by_itself():
    with running_sandbox("--orders", "3", "--life", "10") as sandbox:
        sandbox.tell("time", advance=5 * 86_400)
        shops = sandbox.ask("state")["shops"].values()

    assert sum(len(shop["orders"]) for shop in shops) > 4 * 3
    assert any(shop["messages"] for shop in shops)
    states = {order["state"] for shop in shops for order in shop["orders"].values()}
    assert {"shipped", "delivered"} <= states


@pytest.mark.django_db
def test_the_demos_orders_are_the_same_there_and_here():
    world = World(MONDAY)
    open_demo(world, DEMO)
    ours = open_shop(now=MONDAY)

    shops: list[Shop] = list(world.shops.values())
    there = {
        reference: (order.paid, shop.refunded(order), order.buyer.id)
        for shop in shops
        for reference, order in shop.orders.items()
    }
    here = {
        reference: (order.paid_minor, order.refunded_minor, order.buyer.external_id)
        for reference, order in ours.orders.items()
        if order.store.marketplace != "shopify"
    }
    assert there == here
    assert [shop.name for shop in shops] == [
        "Northvane on Amazon US", "Northvane on Walmart", "Northvane on eBay", "northvane.example"
    ]  # fmt: skip
