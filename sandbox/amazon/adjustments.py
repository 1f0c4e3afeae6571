"""Reads payment adjustments out of a feed's document, in both of its formats. Pure."""

import csv
import io
from dataclasses import dataclass, field
from xml.etree import ElementTree

from sandbox import amounts

REASONS = {
    "NoInventory",
    "CustomerReturn",
    "GeneralAdjustment",
    "CouldNotShip",
    "DifferentItem",
    "Abandoned",
    "CustomerCancel",
    "PriceError",
    "ProductOutofStock",
    "CustomerAddressIncorrect",
    "Exchange",
    "Other",
    "CarrierCreditDecision",
    "RiskAssessmentInformationNotValid",
    "CarrierCoverageFailure",
    "TransactionRecord",
    "Undeliverable",
    "RefusedDelivery",
}
_COMPONENTS = {
    "Principal": "item",
    "Shipping": "shipping",
    "Tax": "tax",
    "ShippingTax": "tax",
    "GiftWrap": "gift_wrap",
    "GiftWrapTax": "tax",
}
_COLUMNS = {
    "item-price-adj": "item",
    "item-tax-adj": "tax",
    "shipping-price-adj": "shipping",
    "shipping-tax-adj": "tax",
    "gift-wrap-price-adj": "gift_wrap",
    "gift-wrap-tax-adj": "tax",
}


class Fatal(ValueError):
    """The document cannot be read at all."""


@dataclass
class Adjustment:
    """One line of one order; ``problem`` says why it cannot even be tried."""

    record: int
    order: str
    line: str
    reason: str
    currency: str = ""
    given: dict[str, int] = field(default_factory=dict)
    problem: str = ""


def read(feed_type: str, document: bytes) -> list[Adjustment]:
    """:raises Fatal: if the document is not of the feed's format."""
    if feed_type == "POST_PAYMENT_ADJUSTMENT_DATA":
        found = _read_xml(document)
    elif feed_type == "POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA":
        found = _read_flat(document)
    else:
        raise Fatal(f"The feed type {feed_type} is not supported.")
    for one in found:
        if not one.problem and one.reason not in REASONS:
            one.problem = f"{one.reason!r} is not a reason of an adjustment."
    return found


def _read_xml(document: bytes) -> list[Adjustment]:
    try:
        envelope = ElementTree.fromstring(document)
    except ElementTree.ParseError as error:
        raise Fatal(f"XML Parsing Fatal Error: {error}") from None
    if envelope.findtext("MessageType") not in ("OrderAdjustment", "PaymentAdjustment"):
        raise Fatal("The MessageType does not go with the feed type.")
    return [
        _adjusted(int(message.findtext("MessageID") or 0), order, item)
        for message in envelope.iter("Message")
        for order in message.iter("OrderAdjustment")
        for item in order.iter("AdjustedItem")
    ]


def _adjusted(record: int, order, item) -> Adjustment:
    found = Adjustment(
        record,
        order.findtext("AmazonOrderID") or "",
        item.findtext("AmazonOrderItemCode") or "",
        item.findtext("AdjustmentReason") or "",
    )
    for component in item.findall("ItemPriceAdjustments/Component"):
        kind, amount = component.findtext("Type"), component.find("Amount")
        if kind not in _COMPONENTS or amount is None:
            found.problem = f"The component {kind!r} is not one that can be refunded."
            continue
        _add(found, _COMPONENTS[kind], amount.text, amount.get("currency") or "")
    return found


def _read_flat(document: bytes) -> list[Adjustment]:
    rows = list(csv.reader(io.StringIO(document.decode("utf-8", "replace")), delimiter="\t"))
    head = next((n for n, row in enumerate(rows) if "order-item-id" in row), None)
    if head is None:
        raise Fatal("The file has no header with order-item-id.")
    return [
        _row(record, dict(zip(rows[head], row, strict=False)))
        for record, row in enumerate(rows[head + 1 :], 1)
        if any(row)
    ]


def _row(record: int, row: dict[str, str]) -> Adjustment:
    found = Adjustment(
        record,
        row.get("order-id", ""),
        row.get("order-item-id", ""),
        row.get("adjustment-reason-code", ""),
    )
    for column, component in _COLUMNS.items():
        if row.get(column):
            _add(found, component, row[column], row.get("currency", ""))
    return found


def _add(found: Adjustment, component: str, text: str | None, currency: str) -> None:
    if found.currency not in ("", currency) or not currency:
        found.problem = "An adjustment has one currency."
    found.currency = currency
    try:
        minor = amounts.minor((text or "").strip(), currency)
    except ValueError as error:
        found.problem = str(error)
        return
    found.given[component] = found.given.get(component, 0) + minor
