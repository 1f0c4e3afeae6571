"""Refunds by feed: slow, batched, and without anything that makes a repeat safe."""

import httpx
import pytest

from tests.sandbox.amazon_seller import FEEDS, Seller, adjustment, envelope

FLAT = "POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA"


@pytest.fixture
def seller(sandbox):
    found = Seller(sandbox)
    yield found
    found.http.close()


@pytest.fixture
def order(seller):
    return seller.told["orders"][0]


@pytest.fixture
def line(seller, order):
    return seller.order(order)["orderItems"][0]["orderItemId"]


def test_a_feed_takes_its_time_and_then_refunds(seller, order, line):
    document = seller.upload(envelope(adjustment(order, line, "2.50")))
    feed = seller.create_feed(document).json()["feedId"]
    states = [seller.feed(feed)["processingStatus"]]
    assert seller.refunds() == []
    for seconds in (31, 91):
        seller.wait(seconds)
        states.append(seller.feed(feed)["processingStatus"])

    assert states == ["IN_QUEUE", "IN_PROGRESS", "DONE"]
    assert [(r["amount"], r["state"]) for r in seller.refunds()] == [(250, "pending")]
    assert "<MessagesSuccessful>1</MessagesSuccessful>" in seller.result_of(feed)


def test_the_same_document_in_two_feeds_refunds_twice(seller, order, line):
    document = seller.upload(envelope(adjustment(order, line, "2.50")))
    for _ in range(2):
        seller.create_feed(document)
    seller.wait(200)

    assert [r["amount"] for r in seller.refunds()] == [250, 250]


def test_a_lost_answer_of_create_feed_leaves_a_feed_behind(seller, sandbox, order, line):
    document = seller.upload(envelope(adjustment(order, line, "2.50")))
    sandbox.tell("faults", operation="createFeed", script=["lose_answer"])

    with pytest.raises(httpx.RemoteProtocolError):
        seller.create_feed(document)

    feeds = seller.http.get(f"{FEEDS}/feeds?feedTypes=POST_PAYMENT_ADJUSTMENT_DATA").json()
    assert [one["processingStatus"] for one in feeds["feeds"]] == ["IN_QUEUE"]


def test_a_cancelled_feed_refunds_nothing_and_one_at_work_is_not_cancelled(seller, order, line):
    document = seller.upload(envelope(adjustment(order, line, "2.50")))
    first = seller.create_feed(document).json()["feedId"]
    assert seller.http.delete(f"{FEEDS}/feeds/{first}").status_code == 200
    second = seller.create_feed(document).json()["feedId"]
    seller.wait(40)

    assert seller.http.delete(f"{FEEDS}/feeds/{second}").status_code == 400
    seller.wait(200)
    assert len(seller.refunds()) == 1
    assert seller.feed(first)["processingStatus"] == "CANCELLED"


def test_each_message_stands_for_itself(seller, order, line):
    document = seller.upload(
        envelope(
            adjustment(order, line, "1.00", number=1),
            adjustment(order, "00000000000", "1.00", number=2),
            adjustment(order, line, "99999.00", number=3),
            adjustment(order, line, "1.00", number=4, reason="Because"),
            adjustment(order, line, "0.50", number=5, kind="Shipping"),
        )
    )
    feed = seller.create_feed(document).json()["feedId"]
    seller.wait(200)

    report = seller.result_of(feed)
    assert [r["amount"] for r in seller.refunds()] == [100, 50]
    assert "<MessagesWithError>3</MessagesWithError>" in report
    assert [n for n in range(1, 6) if f"<MessageID>{n}</MessageID><ResultCode>" in report] == [
        2, 3, 4
    ]  # fmt: skip


def test_a_flat_file_does_the_same(seller, order, line):
    head = "adjustment-reason-code\tcurrency\torder-id\torder-item-id\titem-price-adj\titem-tax-adj"
    row = f"GeneralAdjustment\tUSD\t{order}\t{line}\t1.00\t0.08"
    document = seller.upload(f"{head}\n{row}\n", "text/tab-separated-values; charset=UTF-8")
    feed = seller.create_feed(document, FLAT).json()["feedId"]
    seller.wait(200)

    assert [r["amount"] for r in seller.refunds()] == [108]
    assert "Number of records successful\t\t1" in seller.result_of(feed)


def test_what_is_no_xml_is_fatal(seller):
    feed = seller.create_feed(seller.upload("nonsense")).json()["feedId"]
    seller.wait(200)

    assert seller.feed(feed)["processingStatus"] == "FATAL"
    assert seller.refunds() == []


def test_an_upload_wants_the_content_type_it_was_made_for(seller):
    made = seller.http.post(f"{FEEDS}/documents", json={"contentType": "text/xml"}).json()

    assert httpx.put(made["url"], content="x", headers={"Content-Type": "x/y"}).status_code == 403
    assert seller.create_feed(made["feedDocumentId"]).status_code == 400


def test_a_feed_can_hang(seller, sandbox, order, line):
    sandbox.tell("time", settles_after={"amazon.feed": 10**8})
    feed = seller.create_feed(seller.upload(envelope(adjustment(order, line, "1.00"))))
    seller.wait(86_400)

    assert seller.feed(feed.json()["feedId"])["processingStatus"] == "IN_PROGRESS"
    assert seller.refunds() == []


def test_money_is_told_by_finances_when_it_has_settled(seller, order, line):
    seller.create_feed(seller.upload(envelope(adjustment(order, line, "2.50"))))
    asked = {"relatedIdentifierName": "ORDER_ID", "relatedIdentifierValue": order}
    told = []
    for seconds in (200, 4000):
        seller.wait(seconds)
        answer = seller.http.get("/finances/2024-06-19/transactions", params=asked).json()
        told.append(answer["payload"]["transactions"])

    assert told[0] == []
    (refund,) = told[1]
    assert (refund["transactionType"], refund["transactionStatus"]) == ("Refund", "RELEASED")
    assert refund["totalAmount"] == {"currencyAmount": -2.5, "currencyCode": "USD"}
    assert refund["items"][0]["relatedIdentifiers"][0]["itemRelatedIdentifierValue"] == line


def test_who_subscribed_is_told_of_the_end(seller, sandbox, order, line):
    where = {"name": "x", "resourceSpecification": {"sqs": {"arn": "arn:aws:sqs:x"}}}
    made = seller.http.post("/notifications/v1/destinations", json=where).json()["payload"]
    path = "/notifications/v1/subscriptions/FEED_PROCESSING_FINISHED"
    asked = {"payloadVersion": "2020-09-04", "destinationId": made["destinationId"]}
    assert seller.http.post(path, json=asked).status_code == 200
    feed = seller.create_feed(seller.upload(envelope(adjustment(order, line, "1.00")))).json()
    seller.wait(200)

    (note,) = sandbox.state_of(seller.told)["papers"]["notifications"].values()
    told = note["payload"]["feedProcessingFinishedNotification"]
    assert (told["feedId"], told["processingStatus"]) == (feed["feedId"], "DONE")
    assert seller.http.post(path, json=asked).status_code == 409


def test_feeds_are_counted_as_documented(seller, sandbox, order, line):
    document = seller.upload(envelope(adjustment(order, line, "0.01")))
    statuses = [seller.create_feed(document).status_code for _ in range(16)]

    assert statuses == [202] * 15 + [429]
    key = f"amazon.createFeed.{seller.told['shop']}"
    assert sandbox.ask("rates")["violations"] == {key: 1}
