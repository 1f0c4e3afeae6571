"""Bulk jobs: one act on many tickets, and how far it has come."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from helpdesk.api.fields import IdField
from helpdesk.api.serializers.inputs import ActSerializer
from helpdesk.api.serializers.tickets import TicketNameSerializer
from helpdesk.models import BulkItem, BulkJob
from helpdesk.services.bulk import MAX_TICKETS
from helpdesk.services.bulk_acts import BULK_ACTS

MAX_SELECTED = 1000


class NewBulkJobSerializer(ActSerializer):
    """One act on the named tickets, or on all that a filter finds."""

    act = serializers.ChoiceField(choices=list(BULK_ACTS))
    arguments = serializers.DictField(
        child=serializers.JSONField(),
        default=dict,
        help_text=(
            "As the act on one ticket takes them: `assignee` (id or null), `team` (id or null),"
            " `tag`, `status`, `priority`, `into` (the ticket that lives on),"
            " `problem` (its number)."
        ),
    )
    tickets = serializers.ListField(
        child=IdField(), required=False, min_length=1, max_length=MAX_SELECTED
    )
    filter = serializers.DictField(
        child=serializers.JSONField(),
        required=False,
        help_text=(
            "Instead of `tickets`: the parameters of `GET /tickets/`, each a text or a list of"
            f" texts, without order and page. At most {MAX_TICKETS:,} tickets."
        ),
    )
    expected_count = serializers.IntegerField(
        min_value=0,
        max_value=MAX_TICKETS,
        required=False,
        help_text="With `filter`: how many tickets the person agreed to.",
    )

    def validate(self, attrs):
        """Either the tickets are named, or a filter with the count that was agreed to."""
        if ("tickets" in attrs) == ("filter" in attrs):
            message = {"tickets": ["Give tickets or a filter."]}
            raise serializers.ValidationError(message, code="required")
        if ("filter" in attrs) != ("expected_count" in attrs):
            message = {"expected_count": ["Goes with a filter, and a filter with it."]}
            raise serializers.ValidationError(message, code="required")
        return attrs


class ProgressSerializer(serializers.Serializer):
    waiting = serializers.IntegerField()
    done = serializers.IntegerField()
    refused = serializers.IntegerField()
    cancelled = serializers.IntegerField()


class BulkJobSerializer(serializers.ModelSerializer):
    """``progress`` counts its tickets; which they are is under ``/bulk-jobs/{id}/items/``."""

    arguments = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()

    class Meta:
        model = BulkJob
        fields = ["id", "act", "arguments", "state", "progress", "requested_at", "finished_at"]
        read_only_fields = fields

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_arguments(self, job: BulkJob) -> dict:
        return job.arguments

    @extend_schema_field(ProgressSerializer)
    def get_progress(self, job: BulkJob) -> dict:
        return self.context["progress"][job.pk]


class BulkItemSerializer(serializers.ModelSerializer):
    """What became of one ticket; of a refusal the code and the reason."""

    ticket = TicketNameSerializer(read_only=True)

    class Meta:
        model = BulkItem
        fields = ["ticket", "state", "code", "reason"]
        read_only_fields = fields
