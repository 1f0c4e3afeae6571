"""Mail by HTTP: handing a message in, and looking after what could not be filed."""

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ParseError
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.parsers import BaseParser
from rest_framework.response import Response

from accounts.models.token import Scope
from accounts.permissions import require
from accounts.rules import Act
from helpdesk.api.filters import InboundMailFilter
from helpdesk.api.schema import refusal
from helpdesk.api.serializers.inputs import NothingSerializer
from helpdesk.api.serializers.mail import (
    DismissSerializer,
    InboundMailSerializer,
    MakeTicketSerializer,
)
from helpdesk.api.viewsets import ListViewSet, RestViewSet
from helpdesk.models import InboundMail
from helpdesk.models.mail import Source
from helpdesk.paging import Key
from helpdesk.services.intake import receive_mail
from helpdesk.services.quarantine import (
    HasATicket,
    NotInQuarantine,
    ReasonNeeded,
    SenderNeeded,
    dismiss_mail,
    make_ticket_from_mail,
    retry_mail,
)


class RawMailParser(BaseParser):
    """The message byte for byte."""

    media_type = "message/rfc822"

    def parse(self, stream, media_type=None, parser_context=None):
        return parser_context["request"]._request.body


class MailIntake(RestViewSet):
    """The door of a mail server that speaks HTTP. A token needs the scope ``mail``."""

    required_scope = Scope.MAIL
    parser_classes = (RawMailParser,)
    queryset = InboundMail.objects.none()
    serializer_class = InboundMailSerializer
    filter_backends = ()

    @extend_schema(
        request={"message/rfc822": OpenApiTypes.BINARY}, responses={201: InboundMailSerializer}
    )
    def create(self, request):
        """Hand in one RFC 5322 message. 201 means that its bytes are kept, whatever they are.

        Handing in the same message again is harmless: it is filed once.
        """
        if request.auth is None:
            require(request.user, Act.HANDLE_MAIL)
        raw = request.data
        if not raw:
            raise ParseError("The body is empty; send the message itself.")
        mail = receive_mail(raw, source=Source.HTTP, at=timezone.now())
        return Response(self.get_serializer(mail).data, status=201)


class InboundMailViewSet(RetrieveModelMixin, ListViewSet):
    """What came in, newest first, for those who look after mail."""

    queryset = InboundMail.objects.none()
    serializer_class = InboundMailSerializer
    filterset_class = InboundMailFilter

    def get_queryset(self):
        return InboundMail.objects.visible_to(self.request.user).without_raw()

    def sort_keys(self):
        return Key("received_at", is_descending=True), Key("pk", is_descending=True)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, filter_backends=())
    def raw(self, request, pk):
        """Download the bytes as they came."""
        mail = InboundMail.objects.get(pk=self.get_object().pk)
        response = HttpResponse(bytes(mail.raw), content_type="application/octet-stream")
        response["Content-Disposition"] = f'attachment; filename="mail-{mail.pk}.eml"'
        response["X-Content-Type-Options"] = "nosniff"
        return response

    @extend_schema(
        request=NothingSerializer,
        responses={200: InboundMailSerializer, 409: refusal(NotInQuarantine)},
    )
    @action(detail=True, methods=["post"], serializer_class=NothingSerializer, filter_backends=())
    def retry(self, request, pk):
        """File a quarantined mail again."""
        return self._handle(retry_mail)

    @extend_schema(
        request=MakeTicketSerializer,
        responses={
            200: InboundMailSerializer,
            409: refusal(HasATicket, SenderNeeded),
        },
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="make-ticket",
        serializer_class=MakeTicketSerializer,
        filter_backends=(),
    )
    def make_ticket(self, request, pk):
        """Open a ticket for a mail, whatever it looks like."""
        return self._handle(make_ticket_from_mail)

    @extend_schema(
        request=DismissSerializer,
        responses={200: InboundMailSerializer, 409: refusal(NotInQuarantine, ReasonNeeded)},
    )
    @action(detail=True, methods=["post"], serializer_class=DismissSerializer, filter_backends=())
    def dismiss(self, request, pk):
        """Take a mail out of the quarantine without a ticket."""
        return self._handle(dismiss_mail)

    def _handle(self, service) -> Response:
        number = self.get_object().pk
        mail = service(number, **self.facts(), by=self.request.user, at=timezone.now())
        return Response(InboundMailSerializer(mail).data)
