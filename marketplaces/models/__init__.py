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
    "FulfilledBy",
    "MarketplaceRefund",
    "Marketplace",
    "Order",
    "OrderLine",
    "OrderStatus",
    "Payment",
    "Shipment",
    "Store",
    "TrackingEvent",
]
