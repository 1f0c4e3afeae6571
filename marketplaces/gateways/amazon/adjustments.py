"""The documents of a refund at Amazon: the feed's XML, and what its processing report says. Pure.

Feed type ``POST_PAYMENT_ADJUSTMENT_DATA``, schema OrderAdjustment.xsd: amounts are totals for the
quantity, positive for a refund. ``MerchantAdjustmentItemID`` is ours to fill; Amazon ignores it.
"""

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement, fromstring, tostring

from marketplaces.gateways.refunding import RefundLine, RefundReason, RefundRequest
from marketplaces.gateways.shapes import (
    Component,
)

FEED_TYPE = "POST_PAYMENT_ADJUSTMENT_DATA"
CONTENT_TYPE = "text/xml; charset=UTF-8"
SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"

REASONS = {
    RefundReason.NOT_RECEIVED: "Undeliverable",
    RefundReason.LATE: "GeneralAdjustment",
    RefundReason.DAMAGED: "GeneralAdjustment",
    RefundReason.DEFECTIVE: "GeneralAdjustment",
    RefundReason.NOT_AS_DESCRIBED: "DifferentItem",
    RefundReason.WRONG_ITEM: "DifferentItem",
    RefundReason.RETURNED: "CustomerReturn",
    RefundReason.CANCELLED: "CustomerCancel",
    RefundReason.OUT_OF_STOCK: "NoInventory",
    RefundReason.PRICE: "PriceError",
    RefundReason.GOODWILL: "GeneralAdjustment",
    RefundReason.OTHER: "Other",
}
TYPES = {
    Component.ITEM: "Principal",
    Component.SHIPPING: "Shipping",
    Component.GIFT_WRAP: "GiftWrap",
}


def document_of(seller: str, refunds: Sequence[RefundRequest]) -> bytes:
    """Return one feed's XML for as many refunds as there are: a message for each."""
    envelope = Element(
        "AmazonEnvelope",
        {
            "xmlns:xsi": SCHEMA_INSTANCE,
            "xsi:noNamespaceSchemaLocation": "amzn-envelope.xsd",
        },
    )
    header = SubElement(envelope, "Header")
    _text(header, "DocumentVersion", "1.01")
    _text(header, "MerchantIdentifier", seller)
    _text(envelope, "MessageType", "OrderAdjustment")
    for number, refund in enumerate(refunds, 1):
        message = SubElement(envelope, "Message")
        _text(message, "MessageID", str(number))
        _add_refund(message, refund)
    return tostring(envelope, encoding="UTF-8", xml_declaration=True)


def _add_refund(message: Element, refund: RefundRequest) -> None:
    adjustment = SubElement(message, "OrderAdjustment")
    _text(adjustment, "AmazonOrderID", refund.order_reference)
    for line in refund.lines:
        item = SubElement(adjustment, "AdjustedItem")
        _text(item, "AmazonOrderItemCode", line.line_id)
        _text(item, "MerchantAdjustmentItemID", refund.key)
        _text(item, "AdjustmentReason", REASONS[refund.reason])
        parts = SubElement(item, "ItemPriceAdjustments")
        for component, amount in line.amounts.items():
            part = SubElement(parts, "Component")
            _text(part, "Type", _type_of(component, line))
            _text(part, "Amount", str(amount.amount)).set("currency", amount.currency)


def _type_of(component: Component, line: RefundLine) -> str:
    """Tax goes with the price, and with the shipping where that alone is given back."""
    if component != Component.TAX:
        return TYPES[component]
    is_shipping = Component.ITEM not in line.amounts and Component.SHIPPING in line.amounts
    return "ShippingTax" if is_shipping else "Tax"


def problems_of(report: bytes) -> list[tuple[str, str]]:
    """Return the orders a processing report refuses, with its words; "" is all of them.

    :raises ValueError: for XML that declares entities, which no report of Amazon does.
    """
    if b"<!DOCTYPE" in report or b"<!ENTITY" in report:
        raise ValueError("entities in a report")
    return [
        (result.findtext("AdditionalInfo/AmazonOrderID") or "", _words(result))
        for result in _results(fromstring(report))
    ]


def _results(envelope: Element) -> Iterable[Element]:
    return (one for one in envelope.iter("Result") if one.findtext("ResultCode") == "Error")


def _words(result: Element) -> str:
    words = result.findtext("ResultDescription") or ""
    return f"{result.findtext('ResultMessageCode') or ''} {words}".strip()[:300]


def _text(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = text
    return element
