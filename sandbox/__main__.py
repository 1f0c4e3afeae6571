"""python -m sandbox: see docs/sandbox.md."""

import argparse
import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from sandbox import life
from sandbox.amazon.wire import AMAZON
from sandbox.control.door import control
from sandbox.demo import open_demo
from sandbox.desk import Clock, Desk
from sandbox.ebay.wire import EBAY
from sandbox.rates import Rates
from sandbox.server import serve
from sandbox.shopify.wire import SHOPIFY
from sandbox.snapshot import load, save
from sandbox.stock import sow
from sandbox.walmart.wire import WALMART
from sandbox.world import World

HOST = "127.0.0.1"
MARKETPLACES = (AMAZON, SHOPIFY, EBAY, WALMART)


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    desk = _desk(options)

    def ready(port: int) -> None:
        desk.address = f"http://{options.host}:{port}"
        print(f"The sandbox marketplace is at {desk.address}/control/", flush=True)

    asyncio.run(serve(desk.answer, options.host, options.port, ready))
    if desk.snapshot:
        desk.world.catch_up(desk.clock.now())
        save(desk.world, desk.snapshot)
    return 0


def _desk(options: argparse.Namespace) -> Desk:
    turns = {kind: act for marketplace in MARKETPLACES for kind, act in marketplace.turns.items()}
    turns[life.KIND] = life.go_on
    clock = Clock(datetime.fromisoformat(options.at), None) if options.at else Clock.running()
    if options.snapshot and options.snapshot.exists():
        world = load(options.snapshot, turns)
        # Time went on while nobody was here, unless it stood still before.
        clock = Clock(world.now, None) if options.at else clock
    else:
        world = World(clock.now().astimezone(UTC), options.seed, turns=turns)
        _populate(world, options)
    if options.life:
        life.begin(world, options.life)
    return Desk(
        world, clock, {one.name: one for one in MARKETPLACES}, "", control,
        rates=Rates(options.speed), snapshot=options.snapshot,
    )  # fmt: skip


def _populate(world: World, options: argparse.Namespace) -> None:
    if options.demo:
        open_demo(world, options.demo)
    else:
        sow(world, [one.name for one in MARKETPLACES], options.orders)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default=HOST)
    parser.add_argument("--port", type=int, default=8090, help="0 takes a free one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--orders", type=int, default=5, help="per marketplace, at the start")
    parser.add_argument(
        "--at", help="the world stands still at this moment, e.g. 2026-03-02T09:00Z"
    )
    parser.add_argument("--speed", type=float, default=1.0, help="of the rate limits' buckets")
    parser.add_argument("--demo", type=Path, help="folder with shop.toml and customers.toml")
    parser.add_argument("--life", type=float, help="something happens every so many minutes")
    parser.add_argument("--snapshot", type=Path, help="the world is kept in this file")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
