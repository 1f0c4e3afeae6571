"""Investigations, their evidence and actions, and the catalogue of causes, over REST."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from escalations.models import (
    ActionKind,
    CorrectiveAction,
    Evidence,
    Finding,
    Investigation,
    RootCause,
)
from escalations.services.evidence import MAX_TITLE, MAX_URL, Verdict
from escalations.services.root_causes import MAX_NAME
from escalations.services.texts import LONGEST
from helpdesk.api.fields import IdField, RowField, UploadField
from helpdesk.api.serializers.inputs import ActSerializer
from helpdesk.api.serializers.people import PersonSerializer
from helpdesk.api.serializers.tickets import TicketNameSerializer
from helpdesk.models import Message
from marketplaces.models import Order


class PersonField(RowField):
    """Somebody who works here, by their id."""

    def __init__(self, **kwargs):
        super().__init__(queryset=User.objects.active(), **kwargs)


class VisibleMessageField(RowField):
    def __init__(self, **kwargs):
        super().__init__(queryset=Message.objects.none(), **kwargs)

    def get_queryset(self):
        return Message.objects.visible_to(self.context["request"].user)


class RootCauseSerializer(serializers.ModelSerializer):
    """Without `parent` it is a group of causes."""

    class Meta:
        model = RootCause
        fields = ["id", "name", "parent", "is_active"]
        read_only_fields = fields


class NewRootCauseSerializer(ActSerializer):
    name = serializers.CharField(max_length=MAX_NAME)
    parent = RowField(
        queryset=RootCause.objects.filter(parent=None),
        required=False,
        allow_null=True,
        help_text="The id of its group; without, it is a group.",
    )


class RootCauseNameSerializer(ActSerializer):
    name = serializers.CharField(max_length=MAX_NAME)


class FindingSerializer(serializers.ModelSerializer):
    """An addendum was written after the investigation was completed."""

    found_by = PersonSerializer(read_only=True)
    evidence = serializers.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = Finding
        fields = ["id", "text", "is_addendum", "found_at", "found_by", "evidence"]
        read_only_fields = fields


class EvidenceSerializer(serializers.ModelSerializer):
    """`sha256` is of the file, or of the canonical JSON of `snapshot`; a link has none.

    Canonical: keys sorted, no blanks, no escapes, UTF-8.
    """

    added_by = PersonSerializer(read_only=True, allow_null=True)
    snapshot = serializers.SerializerMethodField()

    class Meta:
        model = Evidence
        fields = [
            "id", "investigation", "kind", "title", "source", "file_name", "media_type", "size",
            "url", "message", "snapshot", "sha256", "added_at", "added_by",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": ["object", "null"], "additionalProperties": True})
    def get_snapshot(self, evidence):
        return evidence.snapshot


class EvidenceVerificationSerializer(serializers.Serializer):
    """What became of it: `unchanged`, `changed`, `gone`; `none` for a link."""

    evidence = serializers.IntegerField()
    sha256 = serializers.CharField(allow_blank=True)
    verdict = serializers.ChoiceField(choices=[verdict.value for verdict in Verdict])


class CorrectiveActionSerializer(serializers.ModelSerializer):
    """Of an investigation or of a problem."""

    owner = PersonSerializer(read_only=True)

    class Meta:
        model = CorrectiveAction
        fields = [
            "id", "investigation", "problem", "kind", "text", "owner", "due_on", "created_at",
            "done_at", "done_note",
        ]  # fmt: skip
        read_only_fields = fields


class InvestigationSerializer(serializers.ModelSerializer):
    """Completed, it does not change; later findings are addenda."""

    ticket = TicketNameSerializer(read_only=True)
    owner = PersonSerializer(read_only=True)
    root_cause = RootCauseSerializer(read_only=True, allow_null=True)
    contributing = RootCauseSerializer(many=True, read_only=True)
    completed_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Investigation
        fields = [
            "id", "ticket", "question", "owner", "opened_at", "root_cause", "contributing",
            "conclusion", "completed_at", "completed_by",
        ]  # fmt: skip
        read_only_fields = fields


class InvestigationDetailSerializer(InvestigationSerializer):
    findings = serializers.SerializerMethodField()
    evidence = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    class Meta(InvestigationSerializer.Meta):
        fields = [*InvestigationSerializer.Meta.fields, "findings", "evidence", "actions"]
        read_only_fields = fields

    @extend_schema_field(FindingSerializer(many=True))
    def get_findings(self, investigation):
        rows = investigation.findings.select_related("found_by").prefetch_related("evidence")
        return FindingSerializer(rows.order_by("pk"), many=True).data

    @extend_schema_field(EvidenceSerializer(many=True))
    def get_evidence(self, investigation):
        rows = investigation.evidence.select_related("added_by").order_by("pk")
        return EvidenceSerializer(rows, many=True).data

    @extend_schema_field(CorrectiveActionSerializer(many=True))
    def get_actions(self, investigation):
        rows = investigation.actions.by_urgency().select_related("owner")
        return CorrectiveActionSerializer(rows, many=True).data


class OpenInvestigationSerializer(ActSerializer):
    question = serializers.CharField(max_length=LONGEST)
    owner = PersonField(required=False, help_text="Without, whoever opens it.")


class FindingInputSerializer(ActSerializer):
    text = serializers.CharField(max_length=LONGEST)
    evidence = serializers.ListField(child=IdField(), required=False, max_length=100)


class ChooseCausesSerializer(ActSerializer):
    root_cause = RowField(queryset=RootCause.objects.all())
    contributing = RowField(queryset=RootCause.objects.all(), many=True, required=False)


class CompleteInvestigationSerializer(ActSerializer):
    conclusion = serializers.CharField(max_length=LONGEST)


class InvestigationOwnerSerializer(ActSerializer):
    owner = PersonField()


class EvidenceFileSerializer(ActSerializer):
    file = UploadField(source="upload")
    title = serializers.CharField(max_length=MAX_TITLE, required=False, allow_blank=True)
    source = serializers.CharField(max_length=MAX_TITLE, help_text="Where it comes from.")


class EvidenceLinkSerializer(ActSerializer):
    url = serializers.CharField(max_length=MAX_URL, help_text="With `https` or `http`.")
    title = serializers.CharField(max_length=MAX_TITLE)
    source = serializers.CharField(max_length=MAX_TITLE, required=False, allow_blank=True)


class QuoteMessageSerializer(ActSerializer):
    message = VisibleMessageField()
    title = serializers.CharField(max_length=MAX_TITLE, required=False, allow_blank=True)


class SnapshotOrderSerializer(ActSerializer):
    order = RowField(
        queryset=Order.objects.all(),
        required=False,
        help_text="An order of the customer's; without, the ticket's.",
    )


class NewCorrectiveActionSerializer(ActSerializer):
    kind = serializers.ChoiceField(choices=ActionKind.choices)
    text = serializers.CharField(max_length=250)
    owner = PersonField()
    due_on = serializers.DateField()


class CorrectiveActionChangeSerializer(ActSerializer):
    """What is not named stays."""

    owner = PersonField(required=False)
    due_on = serializers.DateField(required=False)


class CorrectiveActionNoteSerializer(ActSerializer):
    note = serializers.CharField(max_length=250, required=False, allow_blank=True)
