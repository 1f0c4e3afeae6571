"""Inquiries, departments and templates over REST."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from escalations.models import (
    Decision,
    Department,
    Inquiry,
    InquiryAnswer,
    InquiryFile,
    InquiryLink,
    InquiryTemplate,
)
from escalations.questions import QuestionKind
from escalations.services import inquiries as rules
from escalations.services.inquiry_answers import MAX_ANSWER
from helpdesk.api.fields import IdField, RowField, UploadField
from helpdesk.api.serializers.inputs import ActSerializer
from helpdesk.api.serializers.people import PersonSerializer
from helpdesk.models import Restriction

_QUESTION = {
    "type": "object",
    "properties": {
        "key": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"},
        "label": {"type": "string"},
        "kind": {"type": "string", "enum": [str(kind) for kind in QuestionKind]},
        "choices": {"type": "array", "items": {"type": "string"}},
        "is_required": {"type": "boolean"},
    },
    "required": ["key", "label"],
}


@extend_schema_field(
    {"type": "array", "items": _QUESTION, "description": "Typed answers that are needed."}
)
class QuestionsField(serializers.JSONField):
    pass


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": True,
        "description": (
            "By key of the question. Money is `{amount, currency}` coming in and `{minor,"
            " currency}` going out, a date ISO 8601, yes_no true or false."
        ),
        "examples": [{"cost_centre": "4711"}],
    }
)
class SaidFactsField(serializers.JSONField):
    pass


class DepartmentNameSerializer(serializers.ModelSerializer):
    class Meta:
        model = Department
        fields = ["id", "name"]
        read_only_fields = fields


class DepartmentSerializer(serializers.ModelSerializer):
    lead = PersonSerializer(read_only=True, allow_null=True)
    members = PersonSerializer(read_only=True, many=True)

    class Meta:
        model = Department
        fields = ["id", "name", "email", "lead", "lead_email", "members"]
        read_only_fields = fields


class DepartmentInputSerializer(ActSerializer):
    """Everything a department is; what is left out is empty."""

    name = serializers.CharField(max_length=200)
    email = serializers.CharField(max_length=254, required=False, allow_blank=True)
    lead = IdField(required=False, allow_null=True, help_text="A person's id.")
    lead_email = serializers.CharField(max_length=254, required=False, allow_blank=True)
    members = serializers.ListField(child=IdField(), required=False, max_length=500)


class TemplateSerializer(serializers.ModelSerializer):
    department = DepartmentNameSerializer(read_only=True)
    questions = QuestionsField(source="fields", read_only=True)

    class Meta:
        model = InquiryTemplate
        fields = [
            "id", "department", "name", "question", "questions", "asks_approval", "is_blocking",
            "restriction", "seconds", "is_active",
        ]  # fmt: skip
        read_only_fields = fields


class TemplateChangeSerializer(ActSerializer):
    """Everything a template says; what is left out is as usual."""

    name = serializers.CharField(max_length=200)
    question = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    questions = QuestionsField(required=False)
    asks_approval = serializers.BooleanField(required=False)
    is_blocking = serializers.BooleanField(required=False)
    restriction = serializers.ChoiceField(Restriction.choices, required=False, allow_blank=True)
    seconds = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    is_active = serializers.BooleanField(required=False)


class NewTemplateSerializer(TemplateChangeSerializer):
    department = RowField(queryset=Department.objects.all())


class InquiryFileSerializer(serializers.ModelSerializer):
    class Meta:
        model = InquiryFile
        fields = ["id", "file_name", "media_type", "size", "sha256"]
        read_only_fields = fields


class InquiryAnswerSerializer(serializers.ModelSerializer):
    """By an account (`answered_by`), or through a link by somebody who calls themselves `name`."""

    answered_by = PersonSerializer(read_only=True, allow_null=True)
    facts = SaidFactsField(read_only=True)
    files = InquiryFileSerializer(read_only=True, many=True)

    class Meta:
        model = InquiryAnswer
        fields = ["decision", "facts", "text", "answered_at", "answered_by", "name", "files"]
        read_only_fields = fields


class InquiryLinkSerializer(serializers.ModelSerializer):
    class Meta:
        model = InquiryLink
        fields = ["sent_to", "made_at", "expires_at", "revoked_at", "opened_at", "used_at"]
        read_only_fields = fields


class InquirySerializer(serializers.ModelSerializer):
    """One that is not for the reader's eyes shows id, ticket and restriction; the rest is null."""

    is_readable = serializers.BooleanField(read_only=True)
    department = DepartmentNameSerializer(read_only=True, allow_null=True)
    question = serializers.CharField(read_only=True, allow_null=True)
    questions = QuestionsField(source="fields", read_only=True, allow_null=True)
    asks_approval = serializers.BooleanField(read_only=True, allow_null=True)
    is_blocking = serializers.BooleanField(read_only=True, allow_null=True)
    state = serializers.ChoiceField(
        Inquiry._meta.get_field("state").choices, read_only=True, allow_null=True
    )
    asked_at = serializers.DateTimeField(read_only=True, allow_null=True)
    asked_by = PersonSerializer(read_only=True, allow_null=True)
    target_seconds = serializers.IntegerField(read_only=True, allow_null=True)
    withdrawn_reason = serializers.CharField(read_only=True, allow_null=True)
    answer = serializers.SerializerMethodField()
    links = InquiryLinkSerializer(read_only=True, many=True, allow_null=True)

    _ALWAYS = frozenset({"id", "ticket", "restriction", "is_readable"})

    class Meta:
        model = Inquiry
        fields = [
            "id", "ticket", "restriction", "is_readable", "department", "question", "questions",
            "asks_approval", "is_blocking", "state", "asked_at", "asked_by", "target_seconds",
            "ended_at", "reminded_at", "lead_told_at", "withdrawn_reason", "answer", "links",
        ]  # fmt: skip
        read_only_fields = fields

    def to_representation(self, inquiry):
        if not inquiry.is_readable:
            hidden = {name: None for name in self.fields if name not in self._ALWAYS}
            shown = {"id": inquiry.pk, "ticket": inquiry.ticket_id}
            return shown | {"restriction": inquiry.restriction, "is_readable": False} | hidden
        return super().to_representation(inquiry)

    @extend_schema_field(InquiryAnswerSerializer(allow_null=True))
    def get_answer(self, inquiry):
        given = getattr(inquiry, "answer", None)
        return InquiryAnswerSerializer(given).data if given else None


class NewInquirySerializer(ActSerializer):
    """What is left out is as the template says."""

    department = RowField(queryset=Department.objects.all())
    template = RowField(queryset=InquiryTemplate.objects.filter(is_active=True), required=False)
    question = serializers.CharField(max_length=2 * rules.MAX_QUESTION)
    questions = QuestionsField(required=False)
    asks_approval = serializers.BooleanField(required=False)
    is_blocking = serializers.BooleanField(
        required=False, help_text="Nothing may be promised to the customer until it is answered."
    )
    restriction = serializers.ChoiceField(Restriction.choices, required=False, allow_blank=True)
    seconds = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)

    def validate(self, attrs):
        template = attrs.get("template")
        if template and template.department_id != attrs["department"].pk:
            message = {"template": ["This department has no such template."]}
            raise serializers.ValidationError(message, code="does_not_exist")
        return attrs


class AnswerSerializer(ActSerializer):
    """In a multipart form `facts` is JSON text."""

    decision = serializers.ChoiceField(Decision.choices, required=False, allow_blank=True)
    facts = SaidFactsField(required=False)
    text = serializers.CharField(required=False, allow_blank=True, max_length=2 * MAX_ANSWER)
    files = serializers.ListField(child=UploadField(), required=False)


class ReasonSerializer(ActSerializer):
    reason = serializers.CharField(max_length=2 * rules.MAX_REASON, allow_blank=True)


class MadeLinkSerializer(serializers.Serializer):
    """The address is told once; only its digest is kept."""

    url = serializers.URLField()
