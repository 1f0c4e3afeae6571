"""How quickly orders come in from a file, the first time and again: python -m bench.imports"""

import argparse
import json
import random
import tempfile
import time
from pathlib import Path

from bench.databases import fresh_database, run
from bench.report import publish

ORDERS_PER_CUSTOMER = 2


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=20_000)
    arguments = parser.parse_args(argv)
    url = fresh_database("bench_imports")
    with tempfile.TemporaryDirectory() as folder:
        orders, customers = write_files(Path(folder), arguments.orders)
        size = orders.stat().st_size / 2**20
        rows = [
            {"file": name, **_import(url, path, records, name)}
            for name, path, records in (
                ("customers", customers, arguments.orders // ORDERS_PER_CUSTOMER),
                ("orders", orders, arguments.orders),
                ("customers again", customers, arguments.orders // ORDERS_PER_CUSTOMER),
                ("orders again", orders, arguments.orders),
            )
        ]
    publish("imports", rows, orders_file_mib=round(size, 1))


def write_files(folder: Path, orders: int) -> tuple[Path, Path]:
    """Write files as shops export them: about three items an order, half of them shipped."""
    chance = random.Random(1)
    accounts = [f"customer_{number}" for number in range(orders // ORDERS_PER_CUSTOMER)]
    people = {
        account: {
            "name": {"first_name": "Customer", "last_name": account.partition("_")[2]},
            "email": f"{account}@mail.example",
        }
        for account in accounts
    }
    sold = {f"#B{number}": _order(number, accounts, chance) for number in range(orders)}
    paths = folder / "orders.json", folder / "customers.json"
    for path, records in zip(paths, (sold, people), strict=True):
        path.write_text(json.dumps(records, indent=4), encoding="utf-8")
    return paths


def _order(number: int, accounts: list[str], chance: random.Random) -> dict:
    items = [
        {
            "item_id": str(chance.randrange(10**9)),
            "name": "Kettle",
            "price": chance.randrange(500, 50_000) / 100,
            "options": {"color": "steel", "size": "1.7 l"},
        }
        for _ in range(chance.randrange(1, 6))
    ]
    paid = round(sum(item["price"] for item in items), 2)
    return {
        "user_id": chance.choice(accounts),
        "status": chance.choice(("pending", "delivered")),
        "address": {"address1": f"{number} Cedar Street", "city": "Austin", "zip": "78701"},
        "items": items,
        "payment_history": [{"transaction_type": "payment", "amount": paid}],
        "fulfillments": [{"tracking_id": [f"1Z{number}"]}] if number % 2 else [],
    }


def _import(url: str, path: Path, records: int, name: str) -> dict:
    begun = time.monotonic()
    run(url, "import_orders", str(path))
    took = time.monotonic() - begun
    return {"records": records, "seconds": round(took, 1), "records/s": round(records / took)}


if __name__ == "__main__":
    main()
