"""Amazon's orders in our words, and our refunds in its XML: totals, positive, escaped."""

import zlib
from xml.etree.ElementTree import ParseError, fromstring

import pytest

from marketplaces.gateways.amazon.adjustments import REASONS, document_of, problems_of
from marketplaces.gateways.amazon.client import unpacked
from marketplaces.gateways.amazon.mapping import order_of
from marketplaces.gateways.refunding import RefundLine, RefundReason, RefundRequest
from marketplaces.gateways.shapes import (
    Component,
    Fulfilment,
    OrderState,
)
from marketplaces.money import Money


def usd(minor):
    return Money(minor, "USD")


def amount(text):
    return {"amount": text, "currencyCode": "USD"}


def item(*parts):
    return {
        "orderItemId": "00000000000001",
        "quantityOrdered": 2,
        "product": {
            "asin": "B0NV0D12BK",
            "title": "Mug",
            "sellerSku": "MUG-BLUE",
            "price": {"unitPrice": amount("12.00")},
        },
        "proceeds": {"breakdowns": [{"type": k, "subtotal": amount(v)} for k, v in parts]},
        "fulfillment": {"quantityFulfilled": 1, "quantityUnfulfilled": 1},
    }


def order(status="UNSHIPPED", *, items=None, packages=(), by="MERCHANT", **more):
    return {
        "orderId": "123-4567890-1234567",
        "createdTime": "2026-03-02T09:00:00Z",
        "lastUpdatedTime": "2026-03-02T10:00:00Z",
        "buyer": {"buyerName": "Ada L.", "buyerEmail": "Xy@marketplace.amazon.com"},
        "recipient": {"deliveryAddress": {"name": "Ada L.", "addressLine1": "1 Mill Lane"}},
        "proceeds": {"grandTotal": amount("30.00")},
        "fulfillment": {"fulfillmentStatus": status, "fulfilledBy": by},
        "packages": list(packages),
        "orderItems": items or [item(("ITEM", "24.00"))],
    } | more


def package(status):
    return {
        "packageStatus": {"status": status},
        "carrier": "UPS",
        "shipTime": "2026-03-03T09:00:00Z",
        "trackingNumber": "1Z999",
    }


@pytest.mark.parametrize(
    ("parts", "paid"),
    [
        ([("ITEM", "24.00")], {Component.ITEM: usd(2400)}),
        (
            [("ITEM", "24.00"), ("SHIPPING", "5.00"), ("TAX", "2.10"), ("GIFT_WRAP", "3.00")],
            {
                Component.ITEM: usd(2400),
                Component.SHIPPING: usd(500),
                Component.TAX: usd(210),
                Component.GIFT_WRAP: usd(300),
            },
        ),
        ([("ITEM", "24.00"), ("DISCOUNT", "4.00")], {Component.ITEM: usd(2000)}),
        ([("ITEM", "24.00"), ("DISCOUNT", "-4.00")], {Component.ITEM: usd(2000)}),
        ([("ITEM", "24.00"), ("COD_FEE", "1.00")], {Component.ITEM: usd(2500)}),
        ([("ITEM", "24.00"), ("TAX", "0.00")], {Component.ITEM: usd(2400)}),
        ([], {}),
    ],
    ids=str,
)
def test_breakdowns_become_components(parts, paid):
    assert order_of(order(items=[item(*parts)])).lines[0].paid == paid


@pytest.mark.parametrize(
    ("status", "packages", "state"),
    [
        ("PENDING_AVAILABILITY", [], OrderState.PENDING),
        ("PENDING", [], OrderState.PENDING),
        ("UNSHIPPED", [], OrderState.PROCESSED),
        ("PARTIALLY_SHIPPED", ["DELIVERED"], OrderState.PROCESSED),
        ("SHIPPED", [], OrderState.SHIPPED),
        ("SHIPPED", ["DELIVERED", "IN_TRANSIT"], OrderState.SHIPPED),
        ("SHIPPED", ["DELIVERED", "DELIVERED"], OrderState.DELIVERED),
        ("CANCELLED", [], OrderState.CANCELLED),
        ("UNFULFILLABLE", [], OrderState.CANCELLED),
    ],
)
def test_an_orders_state(status, packages, state):
    assert order_of(order(status, packages=map(package, packages))).status == state


def test_a_pending_order_has_a_currency_though_no_amounts():
    pending = order("PENDING", items=[item()])
    del pending["proceeds"]
    found = order_of(pending)
    assert (found.currency, found.lines[0].paid) == ("USD", {})


def test_who_ships_and_who_buys():
    found = order_of(order(by="AMAZON"))
    assert found.fulfilment == Fulfilment.MARKETPLACE
    assert found.buyer.external_id == "xy@marketplace.amazon.com"
    assert found.lines[0].quantity_shipped == 1


def refund(lines, note="", reason=RefundReason.LATE):
    return RefundRequest("refund-42", "123-4567890-1234567", reason, tuple(lines), "USD", note)


@pytest.mark.parametrize(
    ("amounts", "components"),
    [
        ({Component.ITEM: usd(1000)}, [("Principal", "10.00")]),
        (
            {Component.ITEM: usd(1000), Component.TAX: usd(83), Component.SHIPPING: usd(5)},
            [("Principal", "10.00"), ("Tax", "0.83"), ("Shipping", "0.05")],
        ),
        (
            {Component.SHIPPING: usd(500), Component.TAX: usd(41)},
            [("Shipping", "5.00"), ("ShippingTax", "0.41")],
        ),
        ({Component.TAX: usd(41)}, [("Tax", "0.41")]),
        ({Component.GIFT_WRAP: usd(300)}, [("GiftWrap", "3.00")]),
    ],
)
def test_a_refund_is_written_by_component(amounts, components):
    envelope = fromstring(document_of("A1", [refund([RefundLine("1", 1, amounts)])]))
    found = [(one.findtext("Type"), one.findtext("Amount")) for one in envelope.iter("Component")]
    assert found == components
    assert {one.get("currency") for one in envelope.iter("Amount")} == {"USD"}
    assert envelope.findtext("Message/OrderAdjustment/AdjustedItem/AdjustmentReason")


def test_what_is_written_cannot_leave_its_element():
    line = RefundLine("</AmazonOrderItemCode><x/>&", 1, {Component.ITEM: usd(1)})
    envelope = fromstring(document_of('A"1<', [refund([line])]))
    item_code = "Message/OrderAdjustment/AdjustedItem/AmazonOrderItemCode"
    assert envelope.findtext(item_code) == "</AmazonOrderItemCode><x/>&"
    assert list(envelope.iter("x")) == []


def test_every_reason_has_a_word():
    assert set(REASONS) == set(RefundReason)


REPORT = """<?xml version="1.0"?><AmazonEnvelope><Message><ProcessingReport>
<Result><ResultCode>Error</ResultCode><ResultMessageCode>18028</ResultMessageCode>
<ResultDescription>Too much.</ResultDescription>
<AdditionalInfo><AmazonOrderID>1</AmazonOrderID></AdditionalInfo></Result>
<Result><ResultCode>Warning</ResultCode></Result>
</ProcessingReport></Message></AmazonEnvelope>"""


def test_a_report_tells_what_is_refused():
    assert problems_of(REPORT.encode()) == [("1", "18028 Too much.")]


@pytest.mark.parametrize(
    "report",
    [
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b"",
        b"Feed Processing Summary:",
    ],
)
def test_a_report_that_is_none_is_not_read(report):
    with pytest.raises((ValueError, ParseError)):
        problems_of(report)


def test_what_is_packed_isunpackeded_to_a_limit():
    pack = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    packed = pack.compress(b"0" * 60_000_000) + pack.flush()
    assert len(unpacked(packed)) == 50_000_000
    with pytest.raises(ValueError, match="packed"):
        unpacked(b"not packed")
