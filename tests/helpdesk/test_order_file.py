"""Reading files record by record, and records field by field. No database."""

import json
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.json_records import LONGEST_RECORD, BrokenFile, Record, read_records
from helpdesk.order_file import (
    FileKind,
    RecordRefused,
    kind_of,
    read_customer,
    read_order,
    read_titles,
)
from marketplaces.gateways.shapes import Component, Shipment
from tests.marketplaces.telling import usd

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(),
    lambda children: (
        st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4)
    ),
    max_leaves=12,
)
FIELDS = (
    "order_id", "user_id", "status", "items", "item_id", "price", "name", "options", "quantity",
    "payment_history", "transaction_type", "amount", "payment_method_id", "fulfillments",
    "tracking_id", "carrier", "address", "placed_at", "email", "variants", "first_name",
)  # fmt: skip
WORDS = st.sampled_from(["payment", "refund", "pending", "9999-12-31T23:59:59-23:59", "a@b.c"])
#: Records that look like ours: right names, wrong values.
LIKELY = st.recursive(
    JSON | WORDS,
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(st.sampled_from(FIELDS), children, max_size=9)
    ),
    max_leaves=30,
)


def an_order(**changes) -> dict:
    order = {
        "order_id": "#W1",
        "user_id": "ana_1",
        "status": "delivered",
        "items": [{"item_id": "77", "name": "Kettle", "price": Decimal("59.90")}],
        "payment_history": [
            {
                "transaction_type": "payment",
                "amount": Decimal("59.90"),
                "payment_method_id": "gift_card_1725971",
            }
        ],
    }
    return order | changes


def read(order: dict, *, key: str = "#W1", titles=None):
    return read_order(Record(key, order, 1), currency="USD", titles=titles or {})


def records_of(text: str | bytes) -> list[Record]:
    return list(read_records(BytesIO(text.encode() if isinstance(text, str) else text)))


class TestFiles:
    def test_an_object_gives_its_members_with_the_lines_they_begin_in(self):
        text = '{\n  "a": {\n    "x": 1\n  },\n\n  "b": {"x": 2.50}, "c": 3\n}\n'

        assert records_of(text) == [
            Record("a", {"x": 1}, 2),
            Record("b", {"x": Decimal("2.50")}, 6),
            Record("c", 3, 6),
        ]

    def test_a_list_gives_its_members_without_names(self):
        assert records_of("[1,\n 22 ]") == [Record("", 1, 1), Record("", 22, 2)]

    @pytest.mark.parametrize("text", ["{}", "[]", "\ufeff [ ]\n"])
    def test_an_empty_file_of_records_has_none(self, text):
        assert records_of(text) == []

    @pytest.mark.parametrize(
        ("text", "line", "column", "reason"),
        [
            ("", 1, 1, "must begin here"),
            ("  \n 7", 2, 2, "must begin here"),
            ('{"a": 1,}', 1, 9, "number of a record in quotes"),
            ('{"a" 1}', 1, 6, "colon"),
            ('{"a": 1 "b": 2}', 1, 9, "comma"),
            ('{\n"a": {"x": tru}}', 2, 12, "Expecting value"),
            ('{"a": {"x": 1}', 1, 15, "comma"),
            ('{"a": {"x": 1', 1, 14, "Expecting"),
            ("[1] 2", 1, 5, "should end here"),
            ('{"a": NaN}', 1, 7, "NaN is not JSON"),
            ('["a\nb"]', 1, 4, "control character"),
            ("[" * 100_000, 1, 2, "nested too deeply"),
            ("[" + "9" * 5000 + "]", 1, 2, "limit"),
            ("[1e9999999999999999999]", 1, 2, "not a number that can be used"),
        ],
    )
    def test_a_broken_file_says_where_and_why(self, text, line, column, reason):
        with pytest.raises(BrokenFile, match=reason) as caught:
            records_of(text)

        assert (caught.value.line, caught.value.column) == (line, column)

    def test_what_is_not_utf_8_says_in_which_line(self):
        with pytest.raises(BrokenFile, match="not UTF-8") as caught:
            records_of(b'{"a": 1,\n"b": "\xff"}')

        assert caught.value.line <= 2

    def test_lines_are_right_however_large_the_file(self):
        records = {f"r{n}": {"text": "x" * 997, "n": n} for n in range(400)}

        found = records_of(json.dumps(records, indent=1))

        assert [record.value["n"] for record in found] == list(range(400))
        assert [record.line for record in found] == [2 + 4 * n for n in range(400)]

    def test_a_record_without_end_is_given_up_before_the_memory_is(self):
        endless = b'["' + b"x" * (3 * LONGEST_RECORD)

        with pytest.raises(BrokenFile, match="may have 1,000,000 characters"):
            records_of(endless)

    @given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
    def test_no_bytes_raise_anything_but_a_broken_file(self, raw):
        try:
            list(read_records(BytesIO(raw)))
        except BrokenFile as error:
            assert error.line >= 1
            assert error.column >= 1

    @given(st.lists(JSON.filter(lambda value: "NaN" not in repr(value)), max_size=5))
    def test_what_json_writes_is_read_again(self, values):
        text = json.dumps(values, default=str)

        assert [record.value for record in records_of(text)] == json.loads(
            text, parse_float=Decimal
        )


class TestOrders:
    def test_an_order_is_read(self):
        order = read(
            an_order(
                fulfillments=[{"tracking_id": ["1Z9"], "carrier": "UPS"}],
                address={"city": "Austin"},
                placed_at="2026-03-02T09:00:00+00:00",
            )
        )

        (payment,), (line,) = order.payments, order.lines
        assert (order.reference, order.buyer.external_id) == ("#W1", "ana_1")
        assert order.status == "delivered"
        assert (payment.amount, order.refunds, payment.method) == (usd(5990), (), "Gift card")
        assert (line.sku, line.paid) == ("77", {Component.ITEM: usd(5990)})
        assert order.shipments == (Shipment("1Z9", carrier="UPS"),)
        assert order.ship_to == {"city": "Austin"}
        assert order.placed_at.year == 2026

    def test_an_item_without_a_name_takes_the_products(self):
        items = [{"item_id": "77", "price": 1}, {"item_id": "78", "price": 1}]

        order = read(an_order(items=items), titles={"77": "Kettle"})

        assert [line.title for line in order.lines] == ["Kettle", "78"]

    @pytest.mark.parametrize(
        ("changes", "field", "reason"),
        [
            ({"user_id": None}, "user_id", "is missing"),
            ({"user_id": 7}, "user_id", "a text in quotes"),
            ({"user_id": "x\0"}, "user_id", "NUL"),
            ({"user_id": "\ud800"}, "user_id", "half a pair"),
            ({"order_id": "#W2"}, "order_id", "stands under"),
            ({"status": "lost"}, "status", "possible: pending, "),
            ({"items": []}, "items", "possible: 1 to 500"),
            ({"items": {}}, "items", "possible: a list"),
            ({"items": [7]}, "items[0]", "an object"),
            ({"items": [{"item_id": "7", "price": "9"}]}, "items[0].price", "a number"),
            ({"items": [{"item_id": "7", "price": True}]}, "items[0].price", "a number"),
            ({"items": [{"item_id": "7", "price": -1}]}, "items[0].price", "from 0"),
            ({"items": [{"item_id": "7", "price": Decimal("1.005")}]}, "items[0].price", "2 dec"),
            ({"items": [{"item_id": "7", "price": 10**30}]}, "items[0].price", "10,000,000"),
            ({"items": [{"price": 1}]}, "items[0].item_id", "is missing"),
            (
                {"items": [{"item_id": "7", "price": 1, "quantity": 0}]},
                "items[0].quantity",
                "from 1 to 10000",
            ),
            (
                {"items": [{"item_id": "7", "price": 1, "options": {"a": 1}}]},
                "items[0].options.a",
                "a text",
            ),
            (
                {"payment_history": [{"transaction_type": "gift", "amount": 1}]},
                "payment_history[0].transaction_type",
                "possible: payment, refund",
            ),
            (
                {"payment_history": [{"transaction_type": "refund", "amount": 1}]},
                "payment_history",
                "more was refunded than paid",
            ),
            ({"fulfillments": [{"tracking_id": "1Z"}]}, "fulfillments[0].tracking_id", "a list"),
            ({"address": "Austin"}, "address", "an object"),
            ({"placed_at": "2026-03-02"}, "placed_at", "2026-03-02T09:00:00"),
            ({"placed_at": "yesterday"}, "placed_at", "possible: a moment"),
        ],
    )
    def test_a_bad_field_is_named_with_what_is_possible(self, changes, field, reason):
        with pytest.raises(RecordRefused, match=reason) as caught:
            read(an_order(**changes))

        assert caught.value.field == field

    @given(LIKELY)
    def test_no_record_raises_anything_but_its_refusal(self, value):
        for key in ("", "k"):
            record = Record(key, value, 1)
            for act in (
                lambda record: read_order(record, currency="USD", titles={}),
                read_customer,
                read_titles,
                lambda record: kind_of(record.value),
            ):
                try:
                    act(record)
                except RecordRefused as error:
                    assert str(error)


class TestCustomersAndProducts:
    @pytest.mark.parametrize(
        "name", ["Ana Delson", {"first_name": "Ana", "last_name": "Delson"}, {"first_name": "Ana"}]
    )
    def test_a_customer_is_read(self, name):
        customer = read_customer(Record("ana_1", {"name": name, "email": "Ana@Mail.example"}, 1))

        assert customer.external_id == "ana_1"
        assert customer.name.startswith("Ana")
        assert customer.email == "ana@mail.example"

    def test_an_email_that_is_none_is_refused(self):
        with pytest.raises(RecordRefused, match="email: “no” is no address"):
            read_customer(Record("ana_1", {"email": "no"}, 1))

    def test_products_give_titles_to_their_variants(self):
        value = {"name": "Kettle", "variants": {"77": {}, "78": {}}}

        assert read_titles(Record("1", value, 1)) == {"77": "Kettle", "78": "Kettle"}

    @pytest.mark.parametrize(
        ("value", "kind"),
        [
            (an_order(), FileKind.ORDERS),
            ({"email": "a@b.example"}, FileKind.CUSTOMERS),
            ({"variants": {}}, FileKind.PRODUCTS),
            ({"colour": "blue"}, None),
            (7, None),
        ],
    )
    def test_a_record_shows_what_it_is(self, value, kind):
        assert kind_of(value) == kind
