"""Orders and messages as plain data, as they stand at this moment."""

from datetime import UTC, datetime

from helpdesk.models import Message
from marketplaces.models import Order

LINE = (
    "number", "sku", "asin", "title", "quantity", "item_minor", "shipping_minor", "tax_minor",
)  # fmt: skip


def order_snapshot(order: Order) -> dict:
    """Say everything an order says; amounts are minor units of its currency."""
    return {
        "order": order.reference,
        "store": order.store.name,
        "marketplace": order.store.marketplace,
        "status": order.status,
        "currency": order.currency,
        "paid_minor": order.paid_minor,
        "refunded_minor": order.refunded_minor,
        "placed_at": _written(order.placed_at),
        "imported_at": _written(order.imported_at),
        "lines": [
            {name: getattr(line, name) for name in LINE}
            for line in sorted(order.lines.all(), key=lambda line: line.number)
        ],
        "shipments": [
            {"carrier": one.carrier, "tracking_number": one.tracking_number}
            for one in sorted(order.shipments.all(), key=lambda one: one.tracking_number)
        ],
    }


def message_snapshot(message: Message) -> dict:
    """Say what was written, by whom and when, with the digests of its files."""
    return {
        "message": message.pk,
        "ticket": message.ticket_id,
        "kind": message.kind,
        "from": str(message.author or message.customer or ""),
        "written_at": _written(message.written_at),
        "text": message.text,
        "files": [
            {"name": file.filename, "size": file.size, "sha256": file.sha256}
            for file in sorted(message.attachments.all(), key=lambda file: file.pk)
        ],
    }


def _written(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None
