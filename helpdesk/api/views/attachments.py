"""Files: what they are, and their bytes."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import RetrieveModelMixin

from helpdesk.api.serializers.messages import AttachmentSerializer
from helpdesk.api.viewsets import RestViewSet
from helpdesk.downloads import download
from helpdesk.models import Attachment


class AttachmentViewSet(RetrieveModelMixin, RestViewSet):
    """Files of messages the person may see. They come in with a reply or a note."""

    queryset = Attachment.objects.none()
    serializer_class = AttachmentSerializer

    def get_queryset(self):
        return Attachment.objects.visible_to(self.request.user)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True)
    def content(self, request, pk):
        """Download the bytes, always as an attachment and never as something to be shown."""
        return download(self.get_object())
