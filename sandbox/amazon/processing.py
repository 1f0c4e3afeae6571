"""A feed is worked through: its adjustments become refunds, and its report is written."""

from xml.etree.ElementTree import Element, SubElement, tostring

from sandbox.amazon.adjustments import Adjustment, Fatal, read
from sandbox.values import Part, Shop
from sandbox.world import Refused, World


def begin(world: World, shop: Shop, feed_id: str) -> None:
    """From IN_QUEUE to IN_PROGRESS, unless it was cancelled."""
    feed = shop.paper("feeds")[feed_id]
    if feed["processingStatus"] == "IN_QUEUE":
        feed["processingStatus"] = "IN_PROGRESS"
        feed["processingStartTime"] = world.now.isoformat()
        world.later(world.settles_after.get("amazon.feed", 90.0), "feed ends", shop, feed_id)


def end(world: World, shop: Shop, feed_id: str) -> None:
    """Refund what can be refunded; each run refunds anew."""
    feed = shop.paper("feeds")[feed_id]
    document = bytes.fromhex(shop.paper("documents")[feed["document"]]["content"])
    try:
        adjustments = read(feed["feedType"], document)
    except Fatal as fatal:
        feed["processingStatus"], report = "FATAL", str(fatal).encode()
    else:
        for one in adjustments:
            one.problem = one.problem or _refund(world, shop, one, feed_id)
        feed["processingStatus"] = "DONE"
        is_flat = "FLAT_FILE" in feed["feedType"]
        report = _flat_report(adjustments) if is_flat else _xml_report(feed_id, adjustments)
    feed["processingEndTime"] = world.now.isoformat()
    feed["result"] = f"amzn1.tortuga.4.na.{world.number()}"
    shop.paper("documents")[feed["result"]] = {"content": report.hex(), "contentType": "text/xml"}
    _notify(world, shop, feed_id, feed)


def _refund(world: World, shop: Shop, one: Adjustment, feed_id: str) -> str:
    """Return what is wrong with it, or nothing."""
    try:
        order = world.order(shop, one.order)
        if one.currency != order.currency:
            return f"The order is in {order.currency}."
        if not sum(one.given.values()):
            return "There is nothing to refund."
        part = Part(one.line, 0, one.given)
        world.refund(shop, order, [part], reason=one.reason, key=feed_id)
    except Refused as refused:
        return refused.words
    return ""


def _xml_report(feed_id: str, adjustments: list[Adjustment]) -> bytes:
    bad = [one for one in adjustments if one.problem]
    envelope = Element("AmazonEnvelope")
    header = SubElement(envelope, "Header")
    SubElement(header, "DocumentVersion").text = "1.02"
    SubElement(envelope, "MessageType").text = "ProcessingReport"
    message = SubElement(envelope, "Message")
    SubElement(message, "MessageID").text = "1"
    report = SubElement(message, "ProcessingReport")
    SubElement(report, "DocumentTransactionID").text = feed_id
    SubElement(report, "StatusCode").text = "Complete"
    summary = SubElement(report, "ProcessingSummary")
    counts = {
        "MessagesProcessed": len(adjustments),
        "MessagesSuccessful": len(adjustments) - len(bad),
        "MessagesWithError": len(bad),
        "MessagesWithWarning": 0,
    }
    for name, count in counts.items():
        SubElement(summary, name).text = str(count)
    for one in bad:
        _result(report, one)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(envelope)


def _result(report: Element, one: Adjustment) -> None:
    result = SubElement(report, "Result")
    SubElement(result, "MessageID").text = str(one.record)
    SubElement(result, "ResultCode").text = "Error"
    SubElement(result, "ResultMessageCode").text = "18028"
    SubElement(result, "ResultDescription").text = one.problem
    more = SubElement(result, "AdditionalInfo")
    SubElement(more, "AmazonOrderID").text = one.order
    SubElement(more, "AmazonOrderItemCode").text = one.line


def _flat_report(adjustments: list[Adjustment]) -> bytes:
    bad = [one for one in adjustments if one.problem]
    lines = [
        "Feed Processing Summary:",
        f"\tNumber of records processed\t\t{len(adjustments)}",
        f"\tNumber of records successful\t\t{len(adjustments) - len(bad)}",
        "",
    ]
    if bad:
        lines.append("original-record-number\torder-id\terror-code\terror-type\terror-message")
        lines += [f"{one.record}\t{one.order}\t18028\tError\t{one.problem}" for one in bad]
    return "\n".join(lines).encode()


def _notify(world: World, shop: Shop, feed_id: str, feed: dict) -> None:
    kinds = {one["notificationType"] for one in shop.paper("subscriptions").values()}
    if "FEED_PROCESSING_FINISHED" in kinds:
        told = {
            "sellerId": shop.credentials["seller_id"],
            "feedId": feed_id,
            "feedType": feed["feedType"],
            "processingStatus": feed["processingStatus"],
            "resultFeedDocumentId": feed["result"],
        }
        shop.paper("notifications")[str(world.number())] = {
            "notificationType": "FEED_PROCESSING_FINISHED",
            "eventTime": world.now.isoformat(),
            "payload": {"feedProcessingFinishedNotification": told},
        }
