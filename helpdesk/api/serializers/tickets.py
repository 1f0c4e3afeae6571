"""A ticket as REST shows it. In lists and by itself it is the same."""

from rest_framework import serializers

from helpdesk.api.fields import MoneyField, NamedChoiceField
from helpdesk.api.serializers.customers import CustomerNameSerializer, IdentityNameSerializer
from helpdesk.api.serializers.orders import OrderNameSerializer
from helpdesk.api.serializers.people import PersonSerializer, TeamSerializer
from helpdesk.api.serializers.taxonomy import CategorySerializer, ProductLineSerializer
from helpdesk.models import LinkKind, Priority, Severity, Ticket, TicketFollower, TicketLink


class TicketSerializer(serializers.ModelSerializer):
    """``last_event`` is sent back with a reply, so that nothing written since is overlooked."""

    number = serializers.IntegerField(source="pk", read_only=True)
    priority = NamedChoiceField(Priority, read_only=True)
    severity = NamedChoiceField(Severity, read_only=True)
    requester = CustomerNameSerializer(read_only=True)
    identity = IdentityNameSerializer(read_only=True, allow_null=True)
    order = OrderNameSerializer(read_only=True, allow_null=True)
    category = CategorySerializer(read_only=True, allow_null=True)
    product_line = ProductLineSerializer(read_only=True, allow_null=True)
    financial_impact = MoneyField(read_only=True, allow_null=True)
    team = TeamSerializer(read_only=True, allow_null=True)
    assignee = PersonSerializer(read_only=True, allow_null=True)
    tags = serializers.SlugRelatedField(slug_field="name", many=True, read_only=True)

    class Meta:
        model = Ticket
        fields = [
            "number", "subject", "status", "priority", "severity", "channel", "requester",
            "identity", "order", "category", "product_line", "financial_impact", "team",
            "assignee", "tags", "due_at", "merged_into", "merge_root", "opened_at", "updated_at",
            "last_customer_message_at", "last_reply_at", "solved_at", "closed_at", "last_event",
        ]  # fmt: skip
        read_only_fields = fields


class TicketNameSerializer(serializers.ModelSerializer):
    """A ticket named somewhere."""

    number = serializers.IntegerField(source="pk", read_only=True)

    class Meta:
        model = Ticket
        fields = ["number", "subject", "status"]
        read_only_fields = fields


class TicketLinkSerializer(serializers.ModelSerializer):
    """``source`` is related to, split from, or a follow-up of ``target``."""

    kind = serializers.ChoiceField(choices=LinkKind.choices, read_only=True)
    source = TicketNameSerializer(read_only=True)
    target = TicketNameSerializer(read_only=True)

    class Meta:
        model = TicketLink
        fields = ["id", "kind", "source", "target", "created_at"]
        read_only_fields = fields


class FollowerSerializer(serializers.ModelSerializer):
    user = PersonSerializer(read_only=True)

    class Meta:
        model = TicketFollower
        fields = ["user", "since"]
        read_only_fields = fields
