"""Shopify's GraphQL over HTTP: as published, with the traps it has."""

import httpx
import pytest

ORDERS = """
query Orders($first: Int!, $after: String, $query: String) {
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    pageInfo { hasNextPage endCursor }
    nodes { ...Part }
  }
}
fragment Part on Order { id name updatedAt total: totalPriceSet { shopMoney { amount } } }
"""
MONEY = """
query ($id: ID!) { order(id: $id) {
  displayFinancialStatus totalRefundedSet { shopMoney { amount } }
  lineItems(first: 5) { nodes { id quantity refundableQuantity } }
  transactions(first: 10) { id kind status amountSet { shopMoney { amount } } }
} }
"""
REFUND = """
mutation ($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) {
    refund {
      id totalRefundedSet { shopMoney { amount } } transactions(first: 1) { nodes { status } }
    }
    userErrors { field message }
  }
}
"""


class Shop:
    def __init__(self, sandbox, orders=1):
        self.sandbox, self.told = sandbox, sandbox.open_shop("shopify", orders)
        self.token = self.told["credentials"]["access_token"]

    def post(self, document, version="2026-04", **variables):
        return httpx.post(
            f"{self.told['addresses']['api']}/admin/api/{version}/graphql.json",
            json={"query": document, "variables": variables},
            headers={"X-Shopify-Access-Token": self.token},
        )

    def ask(self, document, **variables):
        return self.post(document, **variables).json()

    @property
    def first_order(self):
        return self.ask(ORDERS, first=1)["data"]["orders"]["nodes"][0]

    def money(self, order):
        return self.ask(MONEY, id=order["id"])["data"]["order"]

    def refund(self, order, amount, key, **more):
        sale = self.money(order)["transactions"][0]
        transaction = {"parentId": sale["id"], "kind": "REFUND", "amount": amount}
        asked = {"orderId": order["id"], "transactions": [transaction | {"gateway": "x"}], **more}
        return self.ask(REFUND, input=asked, key=key)


@pytest.fixture
def shop(sandbox):
    return Shop(sandbox)


def refunded(shop, order):
    return shop.money(order)["totalRefundedSet"]["shopMoney"]["amount"]


def test_orders_come_page_by_page_and_oldest_change_first(sandbox):
    shop = Shop(sandbox, orders=5)
    sandbox.tell("time", advance=60)
    sandbox.tell("ship", order=shop.told["orders"][0])

    names, after = [], None
    while True:
        page = shop.ask(ORDERS, first=2, after=after)["data"]["orders"]
        names += [node["name"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert names == [*shop.told["orders"][1:], shop.told["orders"][0]]


def test_a_filter_by_change_gives_what_changed_since(sandbox):
    shop = Shop(sandbox, orders=3)
    now = sandbox.tell("time", advance=60)["now"]
    sandbox.tell("ship", order=shop.told["orders"][2])

    page = shop.ask(ORDERS, first=10, query=f"updated_at:>='{now[:19]}Z'")["data"]["orders"]

    assert [node["name"] for node in page["nodes"]] == [shop.told["orders"][2]]


def test_a_repeated_key_returns_the_first_refund(shop):
    order = shop.first_order

    first, second = shop.refund(order, "1.50", "key-1"), shop.refund(order, "1.50", "key-1")

    assert first["data"] == second["data"]
    assert refunded(shop, order) == "1.50"


def test_a_key_cannot_be_used_for_something_else(shop):
    order = shop.first_order
    shop.refund(order, "1.50", "key-1")

    errors = shop.refund(order, "1.60", "key-1")["data"]["refundCreate"]["userErrors"]

    assert "different operation parameters" in errors[0]["message"]
    assert refunded(shop, order) == "1.50"


def test_a_key_is_forgotten_after_a_day_and_then_refunds_again(shop, sandbox):
    order = shop.first_order
    shop.refund(order, "1.50", "key-1")
    sandbox.tell("time", advance=86_401)

    shop.refund(order, "1.50", "key-1")

    assert refunded(shop, order) == "3.00"


def test_a_refund_without_a_key_is_refused_from_2026_04_on(shop):
    without = REFUND.replace(" @idempotent(key: $key)", "")
    asked = {"orderId": shop.first_order["id"]}

    now = shop.post(without, input=asked, key="x").json()
    before = shop.post(without, version="2026-01", input=asked, key="x").json()

    assert "@idempotent" in now["errors"][0]["message"]
    assert now["data"]["refundCreate"] is None
    assert before["data"]["refundCreate"]["userErrors"] == []


def test_lines_without_a_transaction_move_no_money(shop):
    order = shop.first_order
    line = shop.money(order)["lineItems"]["nodes"][0]
    lines = [{"lineItemId": line["id"], "quantity": 1, "restockType": "NO_RESTOCK"}]

    shop.ask(REFUND, input={"orderId": order["id"], "refundLineItems": lines}, key="k")

    assert refunded(shop, order) == "0.00"
    after = shop.money(order)["lineItems"]["nodes"][0]
    assert after["refundableQuantity"] == line["quantity"] - 1


def test_more_than_was_paid_is_a_user_error(shop):
    order = shop.first_order

    told = shop.refund(order, "99999.00", "key-1")["data"]["refundCreate"]

    assert told["refund"] is None
    assert "exceeds" in told["userErrors"][0]["message"]


def test_a_lost_answer_really_had_its_effect(shop, sandbox):
    order = shop.first_order
    sandbox.tell("faults", operation="refundCreate", script=["lose_answer"])

    with pytest.raises(httpx.RemoteProtocolError):
        shop.refund(order, "2.00", "key-1")

    assert refunded(shop, order) == "2.00"
    shop.refund(order, "2.00", "key-1")
    assert refunded(shop, order) == "2.00"


def test_a_refused_connection_had_none(shop, sandbox):
    order = shop.first_order
    sandbox.tell("faults", operation="refundCreate", script=["refuse_connection"])

    with pytest.raises(httpx.RemoteProtocolError):
        shop.refund(order, "2.00", "key-1")

    assert refunded(shop, order) == "0.00"


def test_what_does_not_exist_is_named_with_its_type(shop):
    told = shop.ask("{ orders(first: 1) { nodes { id lineItems(first: 1) { nodes { asin } } } } }")

    assert told["errors"][0]["message"] == "Field 'asin' doesn't exist on type 'LineItem'"
    assert "data" not in told


def test_points_are_used_up_by_cost_and_the_answer_says_how_far(sandbox):
    shop = Shop(sandbox)
    deep = "{ orders(first: 200) { nodes { lineItems(first: 200) { nodes { id sku } } } } }"
    while "errors" not in (told := shop.ask(deep)):
        left = told["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"]

    assert told["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert told["extensions"]["cost"]["requestedQueryCost"] > left
    assert told["extensions"]["cost"]["actualQueryCost"] is None
    told_shop = shop.told["shop"]
    assert sandbox.ask("rates")["violations"] == {f"shopify.points.{told_shop}": 1}


def test_a_query_above_a_thousand_points_is_not_run(shop):
    lines = "lineItems(first: 250) { nodes { variant { id } taxLines { title } } }"
    wide = f"{{ orders(first: 250) {{ nodes {{ {lines} a: {lines} b: {lines} }} }} }}"

    codes = [error["extensions"]["code"] for error in shop.ask(wide)["errors"]]

    assert codes == ["MAX_COST_EXCEEDED"]


def test_an_unknown_token_and_a_missing_scope_are_told_apart(shop, sandbox):
    order = shop.first_order
    sandbox.tell("scopes", shop=shop.told["shop"], scopes=["read_orders"])
    denied = shop.refund(order, "1.00", "k")
    shop.token = "shpat_unknown"

    assert denied["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    assert shop.post(ORDERS, first=1).status_code == 401


def test_a_token_by_client_credentials_is_good_until_it_ends(shop, sandbox):
    known = shop.told["credentials"]
    given = httpx.post(
        f"{shop.told['addresses']['api']}/admin/oauth/access_token",
        data={
            "grant_type": "client_credentials",
            "client_id": known["client_id"],
            "client_secret": known["client_secret"],
        },
    ).json()
    shop.token = given["access_token"]

    assert shop.post(ORDERS, first=1).status_code == 200
    sandbox.tell("time", advance=given["expires_in"] + 1)
    assert shop.post(ORDERS, first=1).status_code == 401


def test_a_chargeback_is_a_dispute_with_a_date(shop, sandbox):
    claim = sandbox.tell("claims", order=shop.told["orders"][0], kind="chargeback")["claim"]
    asked = """{ shopifyPaymentsAccount { disputes(first: 5) {
        nodes { id type status evidenceDueBy }
    } } }"""

    nodes = shop.ask(asked)["data"]["shopifyPaymentsAccount"]["disputes"]["nodes"]
    sandbox.tell("claims/decide", claim=claim, state="lost")
    after = shop.ask(asked)["data"]["shopifyPaymentsAccount"]["disputes"]["nodes"]

    assert [(n["type"], n["status"]) for n in nodes] == [("CHARGEBACK", "NEEDS_RESPONSE")]
    assert nodes[0]["evidenceDueBy"]
    assert [n["status"] for n in after] == ["LOST"]
