"""Walmart over HTTP: negative amounts, cursors that are queries, repeats that refund again."""

import httpx
import pytest

HEADERS = {"WM_SVC.NAME": "Walmart Marketplace", "WM_QOS.CORRELATION_ID": "1", "Accept": "*/*"}
LONG_AGO = "2020-01-01T00:00:00Z"


class Seller:
    def __init__(self, sandbox, orders=1):
        self.told = sandbox.open_shop("walmart", orders)
        self.http = httpx.Client(base_url=self.told["addresses"]["api"], headers=HEADERS)
        self.fetch_token()

    def fetch_token(self):
        known = self.told["credentials"]
        answer = self.http.post(
            "/v3/token",
            data={"grant_type": "client_credentials"},
            auth=(known["client_id"], known["client_secret"]),
        )
        self.http.headers["WM_SEC.ACCESS_TOKEN"] = answer.json()["access_token"]

    def refund(self, order, amount, tax=None, kind="PRODUCT", line="1"):
        charge = {"chargeType": kind, "chargeName": "x", "chargeAmount": usd(amount)}
        if tax:
            charge["tax"] = {"taxName": "Tax1", "taxAmount": usd(tax)}
        charges = {"refundCharge": [{"refundReason": "BillingError", "charge": charge}]}
        one = {"refundComments": "[key]", "refundCharges": charges}
        lines = [{"lineNumber": line, "isFullRefund": False, "refunds": {"refund": [one]}}]
        asked = {"purchaseOrderId": order, "orderLines": {"orderLine": lines}}
        return self.http.post(f"/v3/orders/{order}/refund", json={"orderRefund": asked})


def usd(amount):
    return {"currency": "USD", "amount": amount}


@pytest.fixture
def seller(sandbox):
    found = Seller(sandbox)
    yield found
    found.http.close()


@pytest.fixture
def shipped(seller, sandbox):
    sandbox.tell("ship", order=seller.told["orders"][0])
    return seller.told["orders"][0]


def first_line(seller, order):
    return seller.http.get(f"/v3/orders/{order}").json()["order"]["orderLines"]["orderLine"][0]


def refunded(sandbox, seller):
    return sum(r["amount"] for r in sandbox.state_of(seller.told)["refunds"].values())


def test_the_next_cursor_is_a_whole_query(sandbox):
    seller = Seller(sandbox, orders=5)
    numbers, query = [], "?limit=2&createdStartDate=" + LONG_AGO
    while query:
        listed = seller.http.get("/v3/orders" + query).json()["list"]
        numbers += [order["purchaseOrderId"] for order in listed["elements"]["order"]]
        query = listed["meta"].get("nextCursor")

    assert numbers == seller.told["orders"]


def test_without_a_start_only_seven_days_are_told(seller, sandbox):
    counts = []
    for days in (6, 2):
        sandbox.tell("time", advance=days * 86_400)
        assert seller.http.get("/v3/orders").status_code == 401
        seller.fetch_token()
        counts.append(seller.http.get("/v3/orders").json()["list"]["meta"]["totalCount"])

    assert counts == [1, 0]


def test_a_refund_is_negative_and_of_what_was_shipped(seller, sandbox):
    order = seller.told["orders"][0]

    assert seller.refund(order, -1.0).status_code == 400
    sandbox.tell("ship", order=order)
    assert seller.refund(order, 1.0).status_code == 400
    answer = seller.refund(order, -1.0, tax=-0.1)

    assert answer.status_code == 200
    refund = first_line(seller, order)["refund"]
    charge = refund["refundCharges"]["refundCharge"][0]["charge"]
    assert charge["chargeAmount"] == usd(-1.0)
    assert charge["tax"]["taxAmount"] == usd(-0.1)
    assert refund["refundComments"] == "[key]"


def test_the_same_refund_twice_refunds_twice(seller, sandbox, shipped):
    seller.refund(shipped, -1.0)
    seller.refund(shipped, -1.0)

    assert refunded(sandbox, seller) == 200
    assert len(first_line(seller, shipped)["refund"]) == 2


def test_the_full_item_price_gives_tax_and_shipping_back_too(seller, sandbox, shipped):
    charges = first_line(seller, shipped)["charges"]["charge"]
    price = charges[0]["chargeAmount"]["amount"]

    seller.refund(shipped, -price)

    tax = charges[0]["tax"]["taxAmount"]["amount"]
    shipping = charges[1]["chargeAmount"]["amount"]
    assert refunded(sandbox, seller) == round((price + tax + shipping) * 100)


def test_more_than_was_charged_is_refused(seller, sandbox, shipped):
    assert seller.refund(shipped, -99_999.0).status_code == 400
    assert refunded(sandbox, seller) == 0


def test_a_lost_answer_had_its_effect(seller, sandbox, shipped):
    sandbox.tell("faults", marketplace="walmart", script=["lose_answer"])

    with pytest.raises(httpx.RemoteProtocolError):
        seller.refund(shipped, -1.0)

    assert refunded(sandbox, seller) == 100


def test_refunds_are_counted_by_the_hour_and_the_headers_say_so(seller, sandbox, shipped):
    answers = [seller.refund(shipped, -0.01) for _ in range(31)]

    assert [answer.status_code for answer in answers[-2:]] == [200, 429]
    assert [answers[n].headers["x-current-token-count"] for n in (0, 29, 30)] == ["29", "0", "0"]
    assert int(answers[-1].headers["Retry-After"]) > 60
    key = f"walmart.refundOrderLines.{seller.told['shop']}"
    assert sandbox.ask("rates")["violations"] == {key: 1}


def test_a_call_without_its_headers_is_nobodys(seller):
    seller.http.headers.pop("WM_QOS.CORRELATION_ID")

    answer = seller.http.get("/v3/orders")

    assert answer.status_code == 401
    assert answer.json()["error"][0]["code"] == "UNAUTHORIZED.GMP_GATEWAY_API"


def test_parcels_stand_on_the_lines(seller, sandbox, shipped):
    before = first_line(seller, shipped)["orderLineStatuses"]["orderLineStatus"][0]
    sandbox.tell("deliver", order=shipped)
    after = first_line(seller, shipped)["orderLineStatuses"]["orderLineStatus"][0]

    assert (before["status"], after["status"]) == ("Shipped", "Delivered")
    assert before["trackingInfo"]["carrierName"]["carrier"] == "UPS"


def test_a_return_is_listed_and_refunded_by_line(seller, sandbox, shipped):
    claim = sandbox.tell("claims", order=shipped, kind="return")["claim"]
    listed = seller.http.get("/v3/returns").json()["returnOrders"]
    line = {"returnOrderLineNumber": 1, "quantity": {"measurementValue": 1}}

    answer = seller.http.post(f"/v3/returns/{claim}/refund", json={"refundLines": [line]})

    assert [one["returnOrderId"] for one in listed] == [claim]
    assert answer.status_code == 200
    assert refunded(sandbox, seller) > 0
    again = seller.http.get("/v3/returns").json()["returnOrders"][0]["returnOrderLines"][0]
    assert again["status"] == "COMPLETED"


def test_an_unanswered_buyer_costs_response_rate(seller, sandbox):
    sandbox.tell("messages", order=seller.told["orders"][0], text="Where is it?")
    address = "/v3/insights/performance/srr/summary?reportDuration=30"
    before = seller.http.get(address).json()["payload"]
    sandbox.tell("time", advance=49 * 3600)
    seller.fetch_token()
    after = seller.http.get(address).json()["payload"]

    assert (before["cumulativeRate"], before["riskLevel"]) == (100.0, "GOOD")
    assert (after["cumulativeRate"], after["impactedCustomerCount"]) == (0.0, 1)
