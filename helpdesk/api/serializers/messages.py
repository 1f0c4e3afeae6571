"""What was said on a ticket, with files and the fate of the mail it became."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from helpdesk.api.serializers.customers import CustomerNameSerializer
from helpdesk.api.serializers.people import PersonSerializer
from helpdesk.models import Attachment, Message, OutgoingMail


class AttachmentSerializer(serializers.ModelSerializer):
    """``content`` is the address of the bytes."""

    content = serializers.SerializerMethodField()

    class Meta:
        model = Attachment
        fields = [
            "id", "message", "filename", "content_type", "size", "sha256", "is_inline",
            "created_at", "content",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.URI)
    def get_content(self, attachment):
        request = self.context.get("request")
        return reverse("api:attachment-content", args=[attachment.pk], request=request)


class OutgoingMailSerializer(serializers.ModelSerializer):
    class Meta:
        model = OutgoingMail
        fields = [
            "state", "recipients", "queued_at", "next_attempt_at", "attempts", "sent_at", "error",
        ]  # fmt: skip
        read_only_fields = fields


class MessageSerializer(serializers.ModelSerializer):
    """``text`` is what is new, ``quoted_text`` what it repeats, ``html`` the sanitised original.

    ``outgoing`` says what became of the mail of a public reply; it is null where none is owed.
    """

    author = PersonSerializer(read_only=True, allow_null=True)
    customer = CustomerNameSerializer(read_only=True, allow_null=True)
    attachments = AttachmentSerializer(many=True, read_only=True)
    outgoing = OutgoingMailSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Message
        fields = [
            "id", "ticket", "kind", "author", "customer", "text", "quoted_text", "html",
            "has_remote_images", "is_automatic", "internet_message_id", "in_reply_to",
            "written_at", "attachments", "outgoing",
        ]  # fmt: skip
        read_only_fields = fields
