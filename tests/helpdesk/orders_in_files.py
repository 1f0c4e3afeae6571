"""Orders as a shop writes them into a file, and the file taken in."""

from pathlib import Path

import pytest

from helpdesk.services.order_import import import_files
from tests.factories import MONDAY


def an_order(number: int = 1, **changes) -> dict:
    order = {
        "user_id": "ana_1",
        "status": "pending",
        "items": [
            {"item_id": "77", "name": "Kettle", "price": 59.9, "options": {"color": "steel"}},
            {"item_id": "78", "name": "Mug", "price": 7},
        ],
        "payment_history": [
            {"transaction_type": "payment", "amount": 66.9, "payment_method_id": "paypal_77"}
        ],
        "fulfillments": [{"tracking_id": [f"1Z{number}"], "item_ids": ["77"]}],
        "address": {"city": "Austin"},
    }
    return order | changes


def take_in(*paths: Path, at=MONDAY, refused: list | None = None, **options) -> dict:
    """Import and return the counts that are not 0."""
    refuse = refused.append if refused is not None else pytest.fail
    report = import_files(list(paths), at=at, refuse=refuse, **options)
    return {kind: {k: n for k, n in c.items() if n} for kind, c in report.counts.items()}
