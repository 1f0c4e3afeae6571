"""The sandbox as a real process of its own, and a client for its commands."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

CHECKOUT = Path(__file__).resolve().parents[2]


class Sandbox:
    """A running sandbox: ``address``, and its commands as methods."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.http = httpx.Client(base_url=address, timeout=10)

    def tell(self, command: str, **asked) -> dict:
        """POST a command; its answer."""
        answer = self.http.post(f"/control/{command}", json=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ask(self, command: str, **asked) -> dict:
        answer = self.http.get(f"/control/{command}", params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def open_shop(self, marketplace: str, orders: int = 1) -> dict:
        """A shop of its own with so many orders; how to connect to it, and their numbers."""
        shop = self.tell("shops", marketplace=marketplace)
        made = self.tell("orders", shop=shop["shop"], count=orders, seed=1) if orders else {}
        return shop | {"orders": made.get("orders", [])}

    def state_of(self, shop: dict) -> dict:
        return self.ask("state", shop=shop["shop"])["shops"][shop["shop"]]


@contextmanager
def running_sandbox(*options: str) -> Iterator[Sandbox]:
    """Start one on a free port; it is ended on the way out."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--port", "0", *options],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        address = process.stdout.readline().split()[-1].removesuffix("/control/")
        with (sandbox := Sandbox(address)).http:
            yield sandbox
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
