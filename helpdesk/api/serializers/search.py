"""What a search and the palette answer."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from helpdesk.api.serializers.customers import CustomerSerializer
from helpdesk.api.serializers.people import PersonSerializer
from helpdesk.models import Ticket
from marketplaces.models import Order


class MarksField(serializers.ListField):
    """Where found words stand: pairs of first character and the one behind the last."""

    child = serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2)


class ExcerptSerializer(serializers.Serializer):
    """A piece of a message. ``marks`` are positions in ``text``: from, and up to."""

    text = serializers.CharField()
    marks = MarksField()


class FoundTicketSerializer(serializers.ModelSerializer):
    number = serializers.IntegerField(source="pk", read_only=True)
    requester = serializers.CharField(source="requester.name", read_only=True)
    assignee = PersonSerializer(read_only=True, allow_null=True)
    excerpt = serializers.SerializerMethodField()

    class Meta:
        model = Ticket
        fields = ["number", "subject", "status", "channel", "requester", "assignee", "updated_at",
                  "excerpt"]  # fmt: skip
        read_only_fields = fields

    def get_excerpt(self, ticket) -> ExcerptSerializer(allow_null=True):
        found = self.context["excerpts"].get(ticket.pk)
        return ExcerptSerializer(found).data if found else None


class FoundOrderSerializer(serializers.ModelSerializer):
    store = serializers.CharField(source="store.name", read_only=True)
    buyer = serializers.CharField(source="buyer.__str__", read_only=True)

    class Meta:
        model = Order
        fields = ["id", "reference", "store", "buyer", "status", "placed_at"]
        read_only_fields = fields


@extend_schema_serializer(many=False)
class FoundSerializer(serializers.Serializer):
    tickets = FoundTicketSerializer(many=True)
    customers = CustomerSerializer(many=True)
    orders = FoundOrderSerializer(many=True)


class PaletteItemSerializer(serializers.Serializer):
    """Exactly one of ``url`` (open it), ``act`` (POST ``body`` to it) and ``key`` (press it).

    Where it ``inserts``, the answer's ``text`` goes into what is being written.
    """

    label = serializers.CharField()
    marks = MarksField()
    icon = serializers.CharField()
    hint = serializers.CharField()
    url = serializers.CharField()
    act = serializers.CharField()
    body = serializers.DictField()
    key = serializers.CharField()
    number = serializers.IntegerField(allow_null=True)
    inserts = serializers.BooleanField()
    excerpt = ExcerptSerializer()


class PaletteGroupSerializer(serializers.Serializer):
    title = serializers.CharField()
    items = PaletteItemSerializer(many=True)


@extend_schema_serializer(many=False)
class PaletteSerializer(serializers.Serializer):
    groups = PaletteGroupSerializer(many=True)
