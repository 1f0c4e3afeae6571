"""A kept message or order in words, for people: every value it has, with a label. No queries."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.models import MessageKind
from helpdesk.templatetags.ui import money, size
from marketplaces.money import Money

LABELS = {
    "from": gettext_lazy("From"),
    "kind": gettext_lazy("Kind"),
    "written_at": gettext_lazy("Written"),
    "text": gettext_lazy("Words"),
    "ticket": gettext_lazy("Ticket"),
    "message": gettext_lazy("Message"),
    "order": gettext_lazy("Order"),
    "store": gettext_lazy("Store"),
    "marketplace": gettext_lazy("Marketplace"),
    "status": gettext_lazy("Status"),
    "currency": gettext_lazy("Currency"),
    "paid_minor": gettext_lazy("Paid"),
    "refunded_minor": gettext_lazy("Refunded"),
    "placed_at": gettext_lazy("Placed"),
    "imported_at": gettext_lazy("Imported"),
}
LISTS = {
    "files": gettext_lazy("File %(place)d"),
    "lines": gettext_lazy("Line %(place)d"),
    "shipments": gettext_lazy("Shipment %(place)d"),
}
_FIRST = ("from", "written_at", "text")


def snapshot_words(snapshot: Mapping) -> list[tuple[str, str]]:
    """Return label and value of all that a snapshot holds; what people read first comes first."""
    names = sorted(snapshot, key=lambda name: (name not in _FIRST, name in LISTS))
    return [pair for name in names for pair in _told(name, snapshot[name], snapshot)]


def exactly(at: datetime) -> str:
    """Return a moment in full, in the reader's zone, for paper."""
    return date_format(timezone.localtime(at), "Y-m-d H:i")


def _told(name: str, value, snapshot: Mapping) -> Iterator[tuple[str, str]]:
    if name in LISTS:
        for place, row in enumerate(value, start=1):
            yield LISTS[name] % {"place": place}, _row(name, row, snapshot)
    else:
        yield str(LABELS.get(name, name)), _value(name, value, snapshot)


def _value(name: str, value, snapshot: Mapping) -> str:
    if value in (None, ""):
        return "–"
    if name.endswith("_minor"):
        return money(Money(value, snapshot["currency"]))
    if name.endswith("_at"):
        return exactly(datetime.fromisoformat(value))
    if name == "kind":
        return str(dict(MessageKind.choices).get(value, value))
    return str(value)


def _row(name: str, row: Mapping, snapshot: Mapping) -> str:
    if name == "files":
        return f"{row['name']}, {size(row['size'])}, SHA-256 {row['sha256']}"
    if name == "shipments":
        return ", ".join(filter(None, [row["carrier"], row["tracking_number"]])) or "–"
    return _line(row, snapshot["currency"])


def _line(row: Mapping, currency: str) -> str:
    paid = _("item %(item)s, shipping %(shipping)s, tax %(tax)s") % {
        part: money(Money(row[f"{part}_minor"], currency)) for part in ("item", "shipping", "tax")
    }
    goods = ", ".join(filter(None, [row["title"], row["sku"], row["asin"]]))
    return f"{row['quantity']} × {goods}: {paid}"
