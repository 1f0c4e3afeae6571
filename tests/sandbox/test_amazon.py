"""Amazon's orders, messages and performance over HTTP."""

import httpx
import pytest

from tests.sandbox.amazon_seller import MARKET, Seller

ORDERS = "/orders/2026-01-01/orders"


@pytest.fixture
def seller(sandbox):
    found = Seller(sandbox)
    yield found
    found.http.close()


@pytest.fixture
def order(seller):
    return seller.told["orders"][0]


def search(seller, **asked):
    return seller.http.get(ORDERS, params=asked)


def test_orders_come_by_change_a_page_at_a_time(sandbox):
    seller = Seller(sandbox, orders=5)
    first, *rest = seller.told["orders"]
    seller.wait(60)
    sandbox.tell("ship", order=first)
    seller.wait(180)

    asked = {"lastUpdatedAfter": "2020-01-01T00:00:00Z", "maxResultsPerPage": 2}
    numbers, page = [], search(seller, **asked).json()
    while True:
        numbers += [one["orderId"] for one in page["orders"]]
        token = page.get("pagination", {}).get("nextToken")
        if not token:
            break
        page = search(seller, **asked, paginationToken=token).json()

    assert numbers == [*rest, first]
    assert page["lastUpdatedBefore"]


def test_what_changed_less_than_two_minutes_ago_is_not_shown_yet(seller):
    since = {"lastUpdatedAfter": "2020-01-01T00:00:00Z"}
    before = search(seller, **since).json()["orders"]
    seller.wait(180)

    assert before == []
    assert len(search(seller, **since).json()["orders"]) == 1


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"createdAfter": "2026-01-01T00:00:00Z", "lastUpdatedAfter": "2026-01-01T00:00:00Z"},
        {"createdAfter": "2026-01-01T00:00:00Z", "lastUpdatedBefore": "2026-01-01T00:00:00Z"},
        {"createdAfter": "2026-01-01T00:00:00Z", "createdBefore": "2999-01-01T00:00:00Z"},
        {"createdAfter": "yesterday"},
        {"createdAfter": "2026-01-01T00:00:00Z", "maxResultsPerPage": 101},
    ],
)
def test_what_the_model_forbids_is_refused(seller, asked):
    answer = search(seller, **asked)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "InvalidInput"


def test_datasets_come_only_if_they_are_asked_for(seller, sandbox, order):
    tracking = sandbox.tell("ship", order=order)["tracking"]

    bare = seller.order(order)
    full = seller.order(order, "BUYER", "RECIPIENT", "PROCEEDS", "FULFILLMENT", "PACKAGES")

    assert {"buyer", "recipient", "proceeds", "packages"}.isdisjoint(bare)
    assert full["buyer"]["buyerEmail"].endswith("@marketplace.amazon.com")
    assert full["packages"][0]["trackingNumber"] == tracking
    assert full["fulfillment"]["fulfillmentStatus"] == "SHIPPED"
    total = float(full["proceeds"]["grandTotal"]["amount"])
    parts = [float(part["subtotal"]["amount"]) for part in full["proceeds"]["breakdowns"]]
    assert round(sum(parts), 2) == total


def test_the_limit_of_a_search_is_kept_and_told(seller, sandbox):
    since = {"lastUpdatedAfter": "2020-01-01T00:00:00Z"}
    answers = [search(seller, **since) for _ in range(21)]

    assert [one.status_code for one in answers] == [200] * 20 + [429]
    assert answers[0].headers["x-amzn-RateLimit-Limit"] == "0.0056"
    assert answers[-1].json()["errors"][0]["code"] == "QuotaExceeded"
    assert "Retry-After" not in answers[-1].headers


def test_the_same_limit_can_be_passed_faster(seller, sandbox):
    sandbox.tell("rates", speed=1_000_000)
    since = {"lastUpdatedAfter": "2020-01-01T00:00:00Z"}

    assert {search(seller, **since).status_code for _ in range(30)} == {200}
    assert sandbox.ask("rates")["violations"] == {}


def test_messages_are_of_fixed_kinds_and_one_way(seller, sandbox, order):
    where = f"/messaging/v1/orders/{order}"
    links = seller.http.get(f"{where}?marketplaceIds={MARKET}").json()["_links"]["actions"]
    path = f"{where}/messages/unexpectedProblem?marketplaceIds={MARKET}"

    sent = seller.http.post(path, json={"text": "The parcel is late."})

    assert "unexpectedProblem" in [link["name"] for link in links]
    assert (sent.status_code, sent.json()) == (201, {})
    (message,) = sandbox.state_of(seller.told)["messages"]
    assert (message["kind"], message["from_buyer"]) == ("unexpectedProblem", False)


@pytest.mark.parametrize(
    "text",
    ["", "x" * 2001, "<b>Hello</b>", "See https://shop.example", "Write to me@shop.example"],
)
def test_a_message_amazon_forbids_is_not_sent(seller, sandbox, order, text):
    path = f"/messaging/v1/orders/{order}/messages/confirmOrderDetails"

    assert seller.http.post(path, json={"text": text}).status_code == 400
    assert sandbox.state_of(seller.told)["messages"] == []


def test_a_review_is_asked_for_once_and_in_time(seller, order):
    where = f"/solicitations/v1/orders/{order}"
    ask = f"{where}/solicitations/productReviewAndSellerFeedback"
    statuses = [seller.http.post(ask).status_code]
    seller.wait(10 * 86_400)
    links = seller.http.get(where).json()["_links"]["actions"]
    statuses += [seller.http.post(ask).status_code for _ in range(2)]

    assert statuses == [403, 201, 403]
    assert [link["name"] for link in links] == ["productReviewAndSellerFeedback"]


def test_the_performance_report_counts_an_order_once(sandbox):
    seller = Seller(sandbox, orders=8)
    hit, denied, *_ = seller.told["orders"]
    for kind in ("a_to_z", "negative_feedback"):
        sandbox.tell("claims", order=hit, kind=kind)
    claim = sandbox.tell("claims", order=denied, kind="a_to_z")["claim"]
    sandbox.tell("claims/decide", claim=claim, state="won")
    asked = {"reportType": "GET_V2_SELLER_PERFORMANCE_REPORT", "marketplaceIds": [MARKET]}
    report = seller.http.post("/reports/2021-06-30/reports", json=asked).json()["reportId"]
    seller.wait(61)

    done = seller.http.get(f"/reports/2021-06-30/reports/{report}").json()
    where = f"/reports/2021-06-30/documents/{done['reportDocumentId']}"
    told = httpx.get(seller.http.get(where).json()["url"]).json()

    rates = told["performanceMetrics"][0]["orderDefectRate"]
    assert done["processingStatus"] == "DONE"
    assert sum(rate["orderCount"] for rate in rates.values()) == 8
    assert sum(rate["orderWithDefects"]["count"] for rate in rates.values()) == 1
    assert sum(rate["claims"]["count"] for rate in rates.values()) == 1
    assert sum(rate["negativeFeedback"]["count"] for rate in rates.values()) == 1


def test_a_token_ends_and_a_role_can_be_missing(seller, sandbox, order):
    sandbox.tell("scopes", shop=seller.told["shop"], scopes=["orders"])
    denied = seller.http.get(f"/messaging/v1/orders/{order}")
    sandbox.tell("time", advance=3601)
    ended = seller.http.get(f"{ORDERS}/{order}")

    assert (denied.status_code, ended.status_code) == (403, 403)
    assert ended.json()["errors"][0]["code"] == "Unauthorized"
    assert seller.token(refresh_token="other").json()["error"] == "invalid_grant"
    assert seller.token(client_secret="other").status_code == 401


def test_a_clock_that_is_wrong_is_wrong_everywhere(seller, sandbox, order):
    before = seller.order(order)["createdTime"]
    sandbox.tell("time", skew={"amazon": -3600})
    after = seller.order(order)["createdTime"]
    since = {"createdAfter": before}
    seller.wait(180)

    assert after < before
    assert search(seller, **since).json()["orders"] == []
