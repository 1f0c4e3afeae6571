from marketplaces.models.connection import Connection, KeptText, Leftover, Stream, StreamKind
from marketplaces.models.connection_record import ConnectionEntry, ConnectionKind
from marketplaces.models.exchange import Exchange, ExchangeOutcome
from marketplaces.models.order import (
    FulfilledBy,
    MarketplaceRefund,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    Shipment,
    TrackingEvent,
)
from marketplaces.models.store import Buyer, Marketplace, Store

__all__ = [
    "Buyer",
    "Connection",
    "ConnectionEntry",
    "ConnectionKind",
    "Exchange",
    "ExchangeOutcome",
    "FulfilledBy",
    "KeptText",
    "Leftover",
    "Marketplace",
    "MarketplaceRefund",
    "Order",
    "OrderLine",
    "OrderStatus",
    "Payment",
    "Shipment",
    "Store",
    "Stream",
    "StreamKind",
    "TrackingEvent",
]
