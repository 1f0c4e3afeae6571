"""Orders a ticket can be about."""

from rest_framework import serializers

from helpdesk.api.fields import MoneyField
from marketplaces.models import Order, OrderLine, Shipment


class OrderNameSerializer(serializers.ModelSerializer):
    """The order a ticket is about."""

    class Meta:
        model = Order
        fields = ["id", "reference"]
        read_only_fields = fields


class OrderLineSerializer(serializers.ModelSerializer):
    """Amounts are minor units of the order's currency."""

    class Meta:
        model = OrderLine
        fields = [
            "number", "sku", "asin", "title", "quantity", "item_minor", "shipping_minor",
            "tax_minor",
        ]  # fmt: skip
        read_only_fields = fields


class ShipmentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Shipment
        fields = ["carrier", "tracking_number"]
        read_only_fields = fields


class OrderSerializer(serializers.ModelSerializer):
    store = serializers.CharField(source="store.name", read_only=True)
    marketplace = serializers.CharField(source="store.marketplace", read_only=True)
    paid = MoneyField(read_only=True)
    refunded = MoneyField(read_only=True)
    lines = OrderLineSerializer(many=True, read_only=True)
    shipments = ShipmentSerializer(many=True, read_only=True)

    class Meta:
        model = Order
        fields = [
            "id", "reference", "store", "marketplace", "status", "placed_at", "paid", "refunded",
            "lines", "shipments",
        ]  # fmt: skip
        read_only_fields = fields
