"""Files of orders go in once, however often; a bad record keeps out only itself."""

import json
from datetime import timedelta
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from helpdesk.models import Customer, CustomerIdentity
from helpdesk.services.order_import import CannotImport, import_files
from marketplaces.models import Buyer, Order, OrderLine, Shipment, Store
from tests.concurrency import while_uncommitted
from tests.factories import MONDAY, make_identity
from tests.helpdesk.orders_in_files import an_order, take_in

RETAIL = Path(__file__).parents[3] / "shared" / "data" / "retail"
pytestmark = pytest.mark.django_db


@pytest.fixture
def write(tmp_path):
    def write(records, name: str = "orders.json") -> Path:
        text = records if isinstance(records, str) else json.dumps(records, indent=1)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def test_orders_customers_and_products_go_in_together_in_any_order(write):
    orders = write({"#W1": an_order(items=[{"item_id": "77", "price": 5}])})
    people = write(
        {"ana_1": {"name": {"first_name": "Ana", "last_name": "Delson"}, "email": "Ana@a.example"}},
        "people.json",
    )
    products = write({"9": {"name": "Kettle", "variants": {"77": {}}}}, "products.json")

    assert take_in(orders, people, products) == {
        "products": {"read": 1},
        "customers": {"created": 1},
        "orders": {"created": 1},
    }

    order = Order.objects.get()
    assert (order.reference, order.store.name, order.store.marketplace) == (
        "#W1", "Retail import", "file",
    )  # fmt: skip
    assert (order.paid_minor, order.currency, order.payment) == (6690, "USD", "Paypal")
    assert order.lines.get().title == "Kettle"
    assert order.shipments.get().tracking_number == "1Z1"
    assert order.buyer.name == "Ana Delson"
    identities = order.buyer.identity.customer.identities
    assert set(identities.values_list("kind", "value")) == {
        ("file", "ana_1"), ("email", "ana@a.example"),
    }  # fmt: skip


def test_the_same_file_twice_changes_nothing(write):
    path = write({f"#W{n}": an_order(n) for n in range(7)})
    take_in(path)
    before = list(Order.objects.order_by("pk").values()), list(OrderLine.objects.values())

    assert take_in(path, at=MONDAY + timedelta(days=1)) == {"orders": {"unchanged": 7}}

    assert (list(Order.objects.order_by("pk").values()), list(OrderLine.objects.values())) == before
    assert (Buyer.objects.count(), Customer.objects.count()) == (1, 1)


def test_only_what_differs_is_written_and_a_line_keeps_its_row(write):
    take_in(write({"#W1": an_order(1), "#W2": an_order(2)}))
    line = OrderLine.objects.get(order__reference="#W1", number=1)
    changed = an_order(
        1,
        status="delivered",
        items=[{"item_id": "77", "name": "Kettle", "price": 49.9}],
        fulfillments=[{"tracking_id": ["1Z8"], "carrier": "UPS"}],
        payment_history=[
            {"transaction_type": "payment", "amount": 66.9},
            {"transaction_type": "refund", "amount": 17},
        ],
    )

    later = MONDAY + timedelta(days=1)
    counts = take_in(write({"#W1": changed, "#W2": an_order(2)}), at=later)

    assert counts == {"orders": {"updated": 1, "unchanged": 1}}
    order = Order.objects.get(reference="#W1")
    assert (order.status, order.refunded_minor, order.imported_at) == ("delivered", 1700, later)
    assert [(row.pk, row.item_minor) for row in order.lines.all()] == [(line.pk, 4990)]
    assert list(order.shipments.values_list("tracking_number", "carrier")) == [("1Z8", "UPS")]
    assert Order.objects.get(reference="#W2").imported_at == MONDAY
    assert Shipment.objects.count() == 2


def test_a_bad_record_is_named_with_file_and_line_and_the_rest_goes_in(write):
    refused = []
    path = write({"#W1": an_order(), "#W2": an_order(status="lost"), "#W3": an_order(3)})

    counts = take_in(path, refused=refused)

    assert counts == {"orders": {"created": 2, "refused": 1}}
    assert set(Order.objects.values_list("reference", flat=True)) == {"#W1", "#W3"}
    line = path.read_text().splitlines()[refused[0].line - 1]
    assert '"#W2"' in line
    assert str(refused[0]).startswith(f"orders.json, line {refused[0].line}, #W2: status: “lost”")
    assert "possible: pending" in str(refused[0])


def test_a_number_that_stands_twice_in_a_file_counts_once(write):
    refused = []
    path = write('[{"order_id": "#W1", %s}, {"order_id": "#W1", %s}]' % ((_bare(an_order()),) * 2))

    assert take_in(path, refused=refused) == {"orders": {"created": 1, "refused": 1}}
    assert "stood in this file before" in str(refused[0])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"#W9": {"items": [}', "orders.json, line 1, column 20: Expecting value"),
        ('{"#W9": {"colour": 1}}', "none of its 1 records is an order"),
        ("", "line 1, column 1"),
    ],
)
def test_a_broken_file_writes_nothing_of_any_file(write, text, says):
    good = write({"#W1": an_order()}, "good.json")

    with pytest.raises(CannotImport, match=says):
        take_in(good, write(text))

    assert not Store.objects.exists()
    assert not Order.objects.exists()


def test_a_file_broken_at_its_end_writes_nothing_of_its_beginning(write):
    text = json.dumps({f"#W{n}": an_order(n) for n in range(1200)})

    with pytest.raises(CannotImport, match="Nothing was imported"):
        take_in(write(text[:-40]))

    assert not Order.objects.exists()


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CannotImport, match="No such file"):
        take_in(tmp_path / "nothing.json")


def test_a_customer_who_wrote_before_is_the_same_customer(write):
    known = make_identity("ana@a.example", name="Ana D.")

    take_in(write({"ana_1": {"name": "Ana Delson", "email": "ana@a.example"}}))

    assert Customer.objects.get() == known.customer
    assert CustomerIdentity.objects.get(kind="file").customer == known.customer
    assert Customer.objects.get().name == "Ana D."


def test_a_customer_follows_the_file_until_somebody_corrects_the_name(write):
    take_in(write({"#W1": an_order()}))
    assert Customer.objects.get().name == "ana_1"

    people = {"ana_1": {"name": "Ana Delson", "email": "ana@a.example"}}
    assert take_in(write(people)) == {"customers": {"updated": 1}}
    assert Customer.objects.get().name == "Ana Delson"

    Customer.objects.update(name="Dr. Ana Delson")
    people["ana_1"] |= {"name": "A. Delson", "email": "delson@a.example"}
    assert take_in(write(people)) == {"customers": {"updated": 1}}
    assert take_in(write(people)) == {"customers": {"unchanged": 1}}
    assert Customer.objects.get().name == "Dr. Ana Delson"
    emails = CustomerIdentity.objects.filter(kind="email").values_list("value", flat=True)
    assert set(emails) == {"ana@a.example", "delson@a.example"}


def test_two_records_with_one_address_are_one_customer(write):
    shared = {"email": "home@a.example"}

    take_in(write({"ana_1": shared, "ben_2": shared}))

    assert Customer.objects.count() == 1
    assert Buyer.objects.count() == 2


def test_two_stores_may_know_two_people_by_one_account(write):
    path = write({"#W1": an_order()})

    take_in(path)
    take_in(path, store_name="Outlet")

    assert Order.objects.count() == 2
    assert Customer.objects.count() == 2
    assert set(CustomerIdentity.objects.values_list("value", flat=True)) == {
        "ana_1", "ana_1 (Outlet)",
    }  # fmt: skip
    assert take_in(path, store_name="Outlet") == {"orders": {"unchanged": 1}}


def test_files_do_not_go_into_a_marketplaces_store(write):
    Store.objects.create(marketplace="amazon", name="Amazon US")

    with pytest.raises(CannotImport, match="Amazon US is a store on Amazon"):
        take_in(write({"#W1": an_order()}), store_name="Amazon US")


def test_a_rehearsal_counts_and_changes_nothing(write):
    people = write({"ana_1": {"email": "ana@a.example"}}, "people.json")
    counts = take_in(write({"#W1": an_order()}), people, is_rehearsal=True)

    assert counts == {"customers": {"created": 1}, "orders": {"created": 1}}
    assert not Store.objects.exists()
    assert not Customer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_second_import_into_a_store_waits_for_the_first_and_doubles_nothing(write):
    take_in(write({"#W1": an_order()}))
    run = partial(import_files, [write({"#W1": an_order(), "#W2": an_order(2)})], at=MONDAY)

    second = while_uncommitted(run, run)

    assert second.counts["orders"] == {"unchanged": 2}
    assert Order.objects.count() == 2


def test_the_command_reports_and_says_by_its_status_that_some_were_refused(write):
    out, err = StringIO(), StringIO()
    path = write({"#W1": an_order(), "#W2": an_order(user_id=7)})

    with pytest.raises(SystemExit, match="3"):
        call_command("import_orders", path, stdout=out, stderr=err)

    assert "orders.json: 2 of 2 orders" in out.getvalue()
    assert "orders              1          0          0          1" in out.getvalue()
    assert "Refused: orders.json, line" in err.getvalue()
    assert "#W2: user_id: possible: a text in quotes." in err.getvalue()


def test_the_command_says_what_is_wrong_with_a_broken_file(write):
    with pytest.raises(CommandError, match=r"orders\.json, line 1, column 2"):
        call_command("import_orders", write("{7}"))


@pytest.mark.corpus
def test_a_whole_shop_goes_in_twice_without_doubling_anything():
    if not RETAIL.is_dir():
        pytest.skip(f"The shop's files are not beside this checkout ({RETAIL}).")
    paths = [RETAIL / name for name in ("orders.json", "users.json", "products.json")]

    assert take_in(*paths) == {
        "products": {"read": 50},
        "customers": {"created": 500},
        "orders": {"created": 1000},
    }
    assert take_in(*paths) == {
        "products": {"read": 50},
        "customers": {"unchanged": 500},
        "orders": {"unchanged": 1000},
    }

    said = json.loads(paths[0].read_text())
    lines = sum(len(order["items"]) for order in said.values())
    assert OrderLine.objects.count() == lines
    paid = sum(
        round(entry["amount"] * 100)
        for order in said.values()
        for entry in order["payment_history"]
        if entry["transaction_type"] == "payment"
    )
    assert sum(Order.objects.values_list("paid_minor", flat=True)) == paid
    assert not Buyer.objects.filter(identity=None).exists()


def _bare(value: dict) -> str:
    return json.dumps(value)[1:-1]
