"""How identities moved between customers, and everything on one axis of time."""

from decimal import Decimal

from rest_framework import serializers

from helpdesk.api.fields import IdField, MoneyField, RowField
from helpdesk.api.serializers.customers import (
    CustomerNameSerializer,
    CustomerSerializer,
    IdentityNameSerializer,
    IdentitySerializer,
)
from helpdesk.api.serializers.inputs import ActSerializer
from helpdesk.api.serializers.people import PersonSerializer
from helpdesk.axis import Happening
from helpdesk.customer_record import moved_to
from helpdesk.models import CustomerCorrection, CustomerIdentity, IdentityEntry
from helpdesk.services.identities import COUNTED_FROM


class OneCustomerSerializer(CustomerSerializer):
    """``moved_to`` says where the identities went of a customer who has none left."""

    moved_to = serializers.SerializerMethodField()

    class Meta(CustomerSerializer.Meta):
        fields = [*CustomerSerializer.Meta.fields, "moved_to"]
        read_only_fields = fields

    def get_moved_to(self, customer) -> CustomerNameSerializer(many=True):
        return CustomerNameSerializer(moved_to(customer), many=True).data


class CustomerIdentitySerializer(IdentitySerializer):
    """``is_counted`` is false for a link too weak to count against the customer."""

    is_counted = serializers.SerializerMethodField()

    class Meta(IdentitySerializer.Meta):
        fields = [*IdentitySerializer.Meta.fields, "is_counted"]
        read_only_fields = fields

    def get_is_counted(self, identity) -> bool:
        return identity.confidence >= COUNTED_FROM


class IdentityEntrySerializer(serializers.ModelSerializer):
    """An identity moved from ``source`` to ``target``. ``undoes`` names the link taken back."""

    identity = IdentityNameSerializer(read_only=True)
    source = CustomerNameSerializer(read_only=True)
    target = CustomerNameSerializer(read_only=True)
    by = PersonSerializer(read_only=True, allow_null=True)
    undone_by = serializers.SerializerMethodField()

    class Meta:
        model = IdentityEntry
        fields = [
            "id", "identity", "source", "target", "confidence", "confidence_before", "evidence",
            "evidence_before", "undoes", "undone_by", "by", "at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_undone_by(self, entry) -> int | None:
        undoing = getattr(entry, "undone_by", None)
        return undoing and undoing.pk


class CustomerCorrectionSerializer(serializers.ModelSerializer):
    """What somebody corrected, and what it was before. Tags stand as one text."""

    by = PersonSerializer(read_only=True)

    class Meta:
        model = CustomerCorrection
        fields = ["id", "field", "before", "after", "by", "at"]
        read_only_fields = fields


class LinkIdentitySerializer(ActSerializer):
    identity = RowField(
        queryset=CustomerIdentity.objects.all(), help_text="The id of the identity to link."
    )
    evidence = serializers.CharField(max_length=190, help_text="What shows it, in words.")
    confidence = serializers.DecimalField(
        max_digits=3, decimal_places=2, min_value=Decimal("0.01"), max_value=Decimal(1)
    )


class UnlinkIdentitySerializer(ActSerializer):
    entry = IdField(help_text="The id of the link to take back, out of the history.")


class AxisEventSerializer(serializers.Serializer):
    """``id`` is the number of the ticket, or the id of the order."""

    kind = serializers.ChoiceField(choices=[(one.value, one.value) for one in Happening])
    at = serializers.DateTimeField()
    id = serializers.IntegerField(source="pk")
    channel = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField()
    amount = MoneyField(allow_null=True)
    is_counted = serializers.BooleanField()


class AxisTotalsSerializer(serializers.Serializer):
    tickets = serializers.IntegerField()
    orders = serializers.IntegerField()
    paid = serializers.ListField(child=MoneyField())
    refunded = serializers.ListField(child=MoneyField())
    not_counted = serializers.IntegerField()


class AxisSerializer(serializers.Serializer):
    """Newest first. ``has_more`` says that tickets or orders before the newest 500 are left out."""

    events = AxisEventSerializer(many=True)
    totals = AxisTotalsSerializer()
    channels = serializers.ListField(child=serializers.CharField())
    has_more = serializers.BooleanField()
