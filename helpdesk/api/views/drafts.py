"""Drafts of the person who asks: nobody sees another's."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from helpdesk.api.acts import TicketActs, act
from helpdesk.api.serializers.drafts import (
    AddDraftFileSerializer,
    DiscardDraftSerializer,
    DraftFileSerializer,
    DraftSerializer,
    RemoveDraftFileSerializer,
    SaveDraftSerializer,
)
from helpdesk.api.viewsets import ListViewSet
from helpdesk.models import Draft, Ticket
from helpdesk.services.attachments import AttachmentRefused
from helpdesk.services.drafts import (
    DraftRefused,
    add_draft_file,
    discard_draft,
    remove_draft_file,
    save_draft,
)

NO_CONTENT = {204: OpenApiResponse(description="Nothing is left of it.")}


class DraftActs(TicketActs):
    @act(SaveDraftSerializer, gives=DraftSerializer, refuses=(DraftRefused,))
    def save_draft(self, request, pk):
        """Keep what has been typed so far. 204 when nothing is left to keep."""
        draft = self.perform(save_draft)
        if draft is None:
            return Response(status=204)
        return Response(DraftSerializer(draft).data)

    @extend_schema(responses=NO_CONTENT)
    @act(DiscardDraftSerializer)
    def discard_draft(self, request, pk):
        """Throw a draft away, with its files."""
        discard_draft(self.get_object().pk, **self.facts(), by=request.user)
        return Response(status=204)

    @act(
        AddDraftFileSerializer,
        gives=DraftFileSerializer,
        status=201,
        refuses=(AttachmentRefused,),
        parser_classes=[MultiPartParser],
    )
    def add_draft_file(self, request, pk):
        """Send a file ahead; it goes with the message that is sent with its draft."""
        kept = self.perform(add_draft_file)
        return Response(DraftFileSerializer(kept).data, status=201)

    @extend_schema(responses=NO_CONTENT)
    @act(RemoveDraftFileSerializer)
    def remove_draft_file(self, request, pk):
        """Take a file out of one's own draft."""
        self.get_object()
        remove_draft_file(**self.facts(), by=request.user)
        return Response(status=204)


class TicketDrafts(ListViewSet):
    """One's own drafts on a ticket."""

    queryset = Draft.objects.none()
    serializer_class = DraftSerializer
    filter_backends = ()

    def get_queryset(self):
        visible = Ticket.objects.visible_to(self.request.user)
        ticket = visible.only("pk").get(pk=self.kwargs["ticket"])
        drafts = Draft.objects.filter(ticket=ticket, user=self.request.user)
        return drafts.prefetch_related("files")
