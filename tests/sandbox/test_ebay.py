"""eBay over HTTP: asynchronous refunds, filters and offsets, conversations about listings."""

import httpx
import pytest

ORDER = "/sell/fulfillment/v1/order"
MESSAGE = "/commerce/message/v1"


class Seller:
    def __init__(self, sandbox, orders=1):
        self.told = sandbox.open_shop("ebay", orders)
        self.http = httpx.Client(base_url=self.told["addresses"]["api"])
        self.http.headers["Authorization"] = f"Bearer {self.token().json()['access_token']}"

    def token(self, **more):
        known = self.told["credentials"]
        asked = {"grant_type": "refresh_token", "refresh_token": known["refresh_token"]}
        return self.http.post(
            "/identity/v1/oauth2/token",
            data=asked | more,
            auth=(known["client_id"], known["client_secret"]),
        )

    def refund(self, order, **asked):
        asked = {"reasonForRefund": "OTHER_ADJUSTMENT"} | asked
        return self.http.post(f"{ORDER}/{order}/issue_refund", json=asked)

    def order(self, number):
        return self.http.get(f"{ORDER}/{number}").json()


def usd(value):
    return {"value": value, "currency": "USD"}


@pytest.fixture
def seller(sandbox):
    found = Seller(sandbox)
    yield found
    found.http.close()


@pytest.fixture
def order(seller):
    return seller.told["orders"][0]


def test_orders_are_filtered_by_change_and_paged_by_offset(sandbox):
    seller = Seller(sandbox, orders=4)
    first, *rest = seller.told["orders"]
    now = sandbox.tell("time", advance=60)["now"]
    sandbox.tell("ship", order=first)

    found, asked = [], f"{ORDER}?limit=2&filter=creationdate:[2020-01-01T00:00:00.000Z..]"
    page = seller.http.get(asked).json()
    found += [one["orderId"] for one in page["orders"]]
    page = seller.http.get(asked + "&offset=2").json()
    found += [one["orderId"] for one in page["orders"]]
    changed = seller.http.get(f"{ORDER}?filter=lastmodifieddate:[{now[:19]}.000Z..]").json()

    assert found == [first, *rest]
    assert "next" not in page
    assert page["prev"]
    assert [one["orderId"] for one in changed["orders"]] == [first]


def test_a_refund_is_pending_until_it_settles(seller, sandbox, order):
    answer = seller.refund(order, orderLevelRefundAmount=usd("2.50")).json()
    before = seller.order(order)["paymentSummary"]["refunds"]
    sandbox.tell("time", advance=301)
    after = seller.order(order)

    assert answer["refundStatus"] == "PENDING"
    assert [(r["refundId"], r["refundStatus"]) for r in before] == [(answer["refundId"], "PENDING")]
    assert "refundDate" not in before[0]
    assert after["paymentSummary"]["refunds"][0]["refundStatus"] == "REFUNDED"
    assert after["orderPaymentStatus"] == "PARTIALLY_REFUNDED"


def test_a_refund_of_a_line_stands_on_the_line(seller, order):
    line = seller.order(order)["lineItems"][0]["lineItemId"]

    seller.refund(order, refundItems=[{"lineItemId": line, "refundAmount": usd("1.00")}])

    told = seller.order(order)
    assert [r["amount"]["value"] for r in told["lineItems"][0]["refunds"]] == ["1.00"]
    assert told["paymentSummary"]["refunds"] == []


def test_the_same_refund_twice_refunds_twice(seller, sandbox, order):
    for _ in range(2):
        seller.refund(order, orderLevelRefundAmount=usd("1.00"))

    assert len(sandbox.state_of(seller.told)["refunds"]) == 2


@pytest.mark.parametrize(
    "asked",
    [
        {"orderLevelRefundAmount": usd("99999.00")},
        {"orderLevelRefundAmount": usd("1.00"), "refundItems": [{}]},
        {"orderLevelRefundAmount": usd("1.00"), "reasonForRefund": "BECAUSE"},
        {"orderLevelRefundAmount": usd("1.00"), "comment": "x" * 101},
        {"orderLevelRefundAmount": {"value": "1.00", "currency": "EUR"}},
        {},
    ],
)
def test_what_is_not_documented_is_refused(seller, sandbox, order, asked):
    answer = seller.refund(order, **asked)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["longMessage"]
    assert sandbox.state_of(seller.told)["refunds"] == {}


def test_a_refund_can_fail_later(seller, sandbox, order):
    seller.refund(order, orderLevelRefundAmount=usd("1.00"))
    sandbox.tell("refunds/settle", failed=True)

    told = seller.order(order)
    assert told["orderPaymentStatus"] == "FAILED"
    assert told["paymentSummary"]["refunds"][0]["refundStatus"] == "FAILED"


def test_a_lost_answer_had_its_effect(seller, sandbox, order):
    sandbox.tell("faults", operation="issueRefund", script=["lose_answer"])

    with pytest.raises(httpx.RemoteProtocolError):
        seller.refund(order, orderLevelRefundAmount=usd("1.00"))

    assert len(sandbox.state_of(seller.told)["refunds"]) == 1


def test_parcels_are_told_without_scans(seller, sandbox, order):
    tracking = sandbox.tell("ship", order=order)["tracking"]

    found = seller.http.get(f"{ORDER}/{order}/shipping_fulfillment").json()

    assert [one["shipmentTrackingNumber"] for one in found["fulfillments"]] == [tracking]
    assert seller.order(order)["orderFulfillmentStatus"] == "FULFILLED"


def test_a_buyer_writes_about_a_listing_and_is_answered(seller, sandbox, order):
    sandbox.tell("messages", order=order, text="Does it fit?")
    listed = seller.http.get(f"{MESSAGE}/conversation?conversation_type=FROM_MEMBERS").json()
    conversation = listed["conversations"][0]
    asked = {"conversationId": conversation["conversationId"], "messageText": "It does."}

    sent = seller.http.post(f"{MESSAGE}/send_message", json=asked).json()

    where = f"{MESSAGE}/conversation/{conversation['conversationId']}"
    messages = seller.http.get(where + "?conversation_type=FROM_MEMBERS").json()["messages"]
    assert [one["messageBody"] for one in messages] == ["It does.", "Does it fit?"]
    assert messages[0]["messageId"] == sent["messageId"]
    assert conversation["referenceType"] == "LISTING"
    assert "orderId" not in conversation


def test_a_dispute_waits_for_the_seller_and_is_decided(seller, sandbox, order):
    claim = sandbox.tell("claims", order=order, kind="chargeback")["claim"]
    where = "/sell/fulfillment/v1/payment_dispute"
    first = seller.http.get(f"{where}_summary").json()["paymentDisputeSummaries"][0]
    contested = seller.http.post(f"{where}/{claim}/contest", json={"revision": 1})
    sandbox.tell("claims/decide", claim=claim, state="lost")
    last = seller.http.get(f"{where}/{claim}").json()

    assert first["paymentDisputeStatus"] == "ACTION_NEEDED"
    assert contested.status_code == 204
    assert last["paymentDisputeStatus"] == "CLOSED"
    assert last["resolution"] == {"reasonForClosure": "SELLER_LOST"}


def test_an_inquiry_is_found_in_post_order(seller, sandbox, order):
    claim = sandbox.tell("claims", order=order, kind="inquiry")["claim"]

    found = seller.http.get("/post-order/v2/inquiry/search").json()

    assert [(m["inquiryId"], m["inquiryStatusEnum"]) for m in found["members"]] == [
        (claim, "WAITING_SELLER_RESPONSE")
    ]


def test_a_scope_that_was_not_granted_gives_no_token(seller):
    answer = seller.token(scope="https://api.ebay.com/oauth/api_scope/sell.finances")

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


def test_a_token_that_was_taken_away_is_no_token(seller, sandbox, order):
    sandbox.tell("tokens/revoke", shop=seller.told["shop"])

    answer = seller.http.get(f"{ORDER}/{order}")

    assert (answer.status_code, answer.json()["errors"][0]["errorId"]) == (401, 1001)
