"""Orders a ticket can be about."""

from rest_framework import serializers

from helpdesk.api.fields import MoneyField
from marketplaces.models import (
    MarketplaceRefund,
    Order,
    OrderLine,
    Payment,
    Shipment,
    TrackingEvent,
)


class OrderNameSerializer(serializers.ModelSerializer):
    """The order a ticket is about."""

    class Meta:
        model = Order
        fields = ["id", "reference"]
        read_only_fields = fields


class OrderLineSerializer(serializers.ModelSerializer):
    """Amounts are minor units of the order's currency, for all pieces of the line."""

    class Meta:
        model = OrderLine
        fields = [
            "number", "external_id", "sku", "asin", "title", "options", "quantity", "shipped",
            "item_minor", "shipping_minor", "tax_minor", "gift_wrap_minor",
        ]  # fmt: skip
        read_only_fields = fields


class TrackingEventSerializer(serializers.ModelSerializer):
    class Meta:
        model = TrackingEvent
        fields = ["at", "status", "words", "place"]
        read_only_fields = fields


class ShipmentSerializer(serializers.ModelSerializer):
    """A parcel, with what the carrier saw of it, oldest first."""

    events = TrackingEventSerializer(many=True, read_only=True)

    class Meta:
        model = Shipment
        fields = ["carrier", "tracking_number", "shipped_at", "delivered_at", "events"]
        read_only_fields = fields


class PaymentSerializer(serializers.ModelSerializer):
    amount = MoneyField(read_only=True)

    class Meta:
        model = Payment
        fields = ["external_id", "amount", "method", "at"]
        read_only_fields = fields


class MarketplaceRefundSerializer(serializers.ModelSerializer):
    """A refund as the marketplace tells it, whoever asked for it."""

    amount = MoneyField(read_only=True)

    class Meta:
        model = MarketplaceRefund
        fields = ["reference", "amount", "state", "note", "at"]
        read_only_fields = fields


class OrderSerializer(serializers.ModelSerializer):
    """`changed_at` is the marketplace's own last change; null for orders of a file."""

    store = serializers.CharField(source="store.name", read_only=True)
    marketplace = serializers.CharField(source="store.marketplace", read_only=True)
    paid = MoneyField(read_only=True)
    refunded = MoneyField(read_only=True)
    left = MoneyField(read_only=True)
    lines = OrderLineSerializer(many=True, read_only=True)
    shipments = ShipmentSerializer(many=True, read_only=True)
    payments = PaymentSerializer(many=True, read_only=True)
    marketplace_refunds = MarketplaceRefundSerializer(many=True, read_only=True)

    class Meta:
        model = Order
        fields = [
            "id", "reference", "number", "store", "marketplace", "status", "fulfilment",
            "placed_at", "changed_at", "deliver_by", "paid", "refunded", "left", "lines",
            "shipments", "payments", "marketplace_refunds",
        ]  # fmt: skip
        read_only_fields = fields
