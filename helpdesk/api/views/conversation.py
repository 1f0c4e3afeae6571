"""What is said on a ticket, and what happened on it."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from helpdesk.api.acts import TicketActs, act
from helpdesk.api.filters import TimelineFilter
from helpdesk.api.parsers import BoundedJSONParser
from helpdesk.api.schema import refusal
from helpdesk.api.serializers.acts import NoteSerializer, ReplySerializer
from helpdesk.api.serializers.drafts import DraftSerializer
from helpdesk.api.serializers.inputs import NothingSerializer
from helpdesk.api.serializers.messages import MessageSerializer
from helpdesk.api.serializers.timeline import TimelineEntrySerializer
from helpdesk.api.viewsets import ListViewSet, RestViewSet
from helpdesk.models import Message, Ticket, TimelineEntry
from helpdesk.paging import Key
from helpdesk.services.attachments import AttachmentRefused
from helpdesk.services.conversation import (
    MessageNeedsWords,
    SomethingWasMissed,
    TicketIsClosed,
    add_note,
    reply,
)
from helpdesk.services.lifecycle import StatusNotPossible
from helpdesk.services.merging import conversation_ids
from helpdesk.services.outbox import CannotSendAgain, send_again
from helpdesk.services.retraction import CannotTakeBack, take_reply_back

WITH_FILES = {"parser_classes": [BoundedJSONParser, MultiPartParser]}


class ConversationActs(TicketActs):
    @act(
        ReplySerializer,
        gives=MessageSerializer,
        status=201,
        refuses=(
            SomethingWasMissed,
            TicketIsClosed,
            MessageNeedsWords,
            AttachmentRefused,
            StatusNotPossible,
        ),
        **WITH_FILES,
    )
    def reply(self, request, pk):
        """Answer the customer, unless somebody wrote since the author looked."""
        return self._say(self.perform(reply))

    @act(
        NoteSerializer,
        gives=MessageSerializer,
        status=201,
        refuses=(MessageNeedsWords, AttachmentRefused),
        **WITH_FILES,
    )
    def note(self, request, pk):
        """Write to colleagues. The customer never sees it."""
        return self._say(self.perform(add_note))

    def _say(self, message: Message) -> Response:
        shown = messages_shown(Message.objects.all()).get(pk=message.pk)
        data = MessageSerializer(shown, context=self.get_serializer_context()).data
        return Response(data, status=201)


class TicketMessages(ListViewSet):
    """The conversation, oldest first: of the ticket and of everything merged into it."""

    queryset = Message.objects.none()
    serializer_class = MessageSerializer

    def get_queryset(self):
        return messages_shown(Message.objects.filter(ticket__in=conversation_of(self)))

    def sort_keys(self):
        return Key("written_at"), Key("pk")


class TicketTimeline(ListViewSet):
    """Every act, oldest first: on the ticket and on everything merged into it."""

    queryset = TimelineEntry.objects.none()
    serializer_class = TimelineEntrySerializer
    filterset_class = TimelineFilter

    def get_queryset(self):
        entries = TimelineEntry.objects.filter(ticket__in=conversation_of(self))
        return entries.readable_by(self.request.user).select_related("actor", "customer")


class MessageViewSet(RetrieveModelMixin, RestViewSet):
    """One message by itself."""

    queryset = Message.objects.none()
    serializer_class = MessageSerializer

    def get_queryset(self):
        return messages_shown(Message.objects.visible_to(self.request.user))

    @extend_schema(
        request=NothingSerializer,
        responses={200: MessageSerializer, 409: refusal(CannotSendAgain)},
    )
    @action(
        detail=True, methods=["post"], url_path="send-again", serializer_class=NothingSerializer
    )
    def send_again(self, request, pk):
        """Send the mail of a reply once more after it failed, bounced or got lost from sight."""
        message = self.get_object()
        owed = getattr(message, "outgoing", None)
        if owed is None:
            raise CannotSendAgain("This message owes nobody a mail.")
        self.facts()
        send_again(owed.pk, by=request.user, at=timezone.now())
        shown = self.get_queryset().get(pk=message.pk)
        data = MessageSerializer(shown, context=self.get_serializer_context()).data
        return Response(data)

    @extend_schema(
        request=NothingSerializer, responses={200: DraftSerializer, 409: refusal(CannotTakeBack)}
    )
    @action(detail=True, methods=["post"], url_path="take-back", serializer_class=NothingSerializer)
    def take_back(self, request, pk):
        """Stop one's own reply in the seconds before it leaves; its text is a draft again."""
        message = self.get_object()
        self.facts()
        draft = take_reply_back(message.pk, by=request.user, at=timezone.now())
        return Response(DraftSerializer(draft).data)


def conversation_of(view) -> list[int]:
    """Return the numbers whose messages make up the conversation of the view's ticket.

    :raises Ticket.DoesNotExist: for a ticket the person may not see.
    """
    visible = Ticket.objects.visible_to(view.request.user)
    return conversation_ids(visible.only("pk").get(pk=view.kwargs["ticket"]))


def messages_shown(messages):
    """Load what a message shows, in two queries for any number of them."""
    related = messages.select_related("author", "customer", "outgoing")
    return related.prefetch_related("attachments")
