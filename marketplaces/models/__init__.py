from marketplaces.models.order import Order, OrderLine, OrderStatus, Shipment
from marketplaces.models.store import Buyer, Marketplace, Store

__all__ = ["Buyer", "Marketplace", "Order", "OrderLine", "OrderStatus", "Shipment", "Store"]
