"""What somebody has begun to write."""

from rest_framework import serializers

from helpdesk.api.fields import UploadField
from helpdesk.api.serializers.inputs import ActSerializer
from helpdesk.models import Draft, DraftFile, DraftMode
from helpdesk.whole_numbers import BIGGEST_ID


class DraftFileSerializer(serializers.ModelSerializer):
    class Meta:
        model = DraftFile
        fields = ["id", "filename", "content_type", "size"]
        read_only_fields = fields


class DraftSerializer(serializers.ModelSerializer):
    files = DraftFileSerializer(many=True, read_only=True)

    class Meta:
        model = Draft
        fields = ["ticket", "mode", "text", "updated_at", "files"]
        read_only_fields = fields


class SaveDraftSerializer(ActSerializer):
    """An empty text throws the draft away, unless files are in it."""

    mode = serializers.ChoiceField(choices=DraftMode.choices)
    text = serializers.CharField(allow_blank=True, trim_whitespace=False, max_length=50_000)


class DiscardDraftSerializer(ActSerializer):
    mode = serializers.ChoiceField(choices=DraftMode.choices)


class AddDraftFileSerializer(ActSerializer):
    mode = serializers.ChoiceField(choices=DraftMode.choices)
    file = UploadField(source="upload")


class RemoveDraftFileSerializer(ActSerializer):
    file = serializers.IntegerField(source="file_id", min_value=1, max_value=BIGGEST_ID)
