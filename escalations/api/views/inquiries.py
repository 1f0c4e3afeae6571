"""Inquiries over REST: asking, answering, withdrawing, reminding, links."""

import json

import django_filters
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from accounts.services.values import ValueNotPossible
from escalations.api.fields import mistakes_as_errors
from escalations.api.serializers import inquiries as shapes
from escalations.inquiry_reads import files_for, inquiries_of, inquiries_shown
from escalations.models import Inquiry, InquiryFile, InquiryState
from escalations.services import inquiries as rules
from escalations.services.inquiry_answers import AnswerNotPossible, NotAsked, Said, answer
from helpdesk.api.acts import act
from helpdesk.api.parsers import BoundedJSONParser
from helpdesk.api.schema import refusal
from helpdesk.api.serializers.inputs import NothingSerializer
from helpdesk.api.viewsets import ListViewSet, RestViewSet
from helpdesk.downloads import download
from helpdesk.models import Ticket
from helpdesk.paging import Key
from helpdesk.services.attachments import AttachmentRefused
from helpdesk.services.conversation import TicketIsClosed

ASKING = (
    rules.QuestionNotPossible, rules.NobodyWouldBeAsked, TicketIsClosed, ValueNotPossible,
)  # fmt: skip
STEERING = (rules.InquiryIsOver, rules.NotYourInquiry)


class InquiryFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=InquiryState.choices)
    to_me = django_filters.BooleanFilter(method="of_departments", label="Asked of my departments")
    by_me = django_filters.BooleanFilter(method="of_asker", label="Asked by me")

    class Meta:
        model = Inquiry
        fields: list[str] = []

    def of_departments(self, inquiries, name, value):
        return inquiries.asked_of(self.request.user) if value else inquiries

    def of_asker(self, inquiries, name, value):
        return inquiries.filter(asked_by=self.request.user) if value else inquiries


class InquiryViewSet(RetrieveModelMixin, ListViewSet):
    """Inquiries one may read: on tickets one may see, asked by oneself, or of one's department."""

    queryset = Inquiry.objects.none()
    serializer_class = shapes.InquirySerializer
    filterset_class = InquiryFilter

    def get_queryset(self):
        visible = Inquiry.objects.visible_to(self.request.user)
        return inquiries_shown(visible.with_readability(self.request.user))

    def sort_keys(self):
        return (Key("pk", is_descending=True),)

    @act(
        shapes.AnswerSerializer,
        gives=shapes.InquirySerializer,
        refuses=(NotAsked, AnswerNotPossible, AttachmentRefused, rules.InquiryIsOver),
        parser_classes=[BoundedJSONParser, MultiPartParser],
    )
    def answer(self, request, pk):
        """Answer for one's department, once."""
        inquiry, given = self.get_object(), self.facts()
        said = Said(
            given.get("decision", ""),
            _read_facts(given.get("facts", {})),
            given.get("text", ""),
            given.get("files", ()),
        )
        with mistakes_as_errors():
            answer(inquiry.pk, said=said, by=request.user, at=timezone.now())
        return self._shown(pk)

    @act(
        shapes.ReasonSerializer,
        gives=shapes.InquirySerializer,
        refuses=(*STEERING, rules.ReasonNeeded),
    )
    def withdraw(self, request, pk):
        """Take the question back; its links end."""
        reason = (self.get_object(), self.facts())[1]["reason"]
        rules.withdraw(pk, reason=reason, by=request.user, at=timezone.now())
        return self._shown(pk)

    @act(gives=shapes.InquirySerializer, refuses=(*STEERING, rules.RemindedAlready))
    def remind(self, request, pk):
        """Remind the department now, besides what goes out by itself."""
        self.get_object()
        self.facts()
        rules.remind(pk, by=request.user, at=timezone.now())
        return self._shown(pk)

    @act(gives=shapes.MadeLinkSerializer, status=201, refuses=STEERING)
    def make_link(self, request, pk):
        """Make a link by which somebody without an account can answer. It is told once."""
        self.get_object()
        self.facts()
        token = rules.give_link(pk, by=request.user, at=timezone.now())
        path = reverse("escalations:inquiry_link", args=[token])
        return Response({"url": f"{settings.SITE_URL}{path}"}, status=201)

    @act(gives=shapes.InquirySerializer, refuses=STEERING)
    def revoke_links(self, request, pk):
        """End every link to the inquiry, those that were mailed too."""
        self.get_object()
        self.facts()
        rules.end_links(pk, by=request.user, at=timezone.now())
        return self._shown(pk)

    def remembered(self, shown: dict) -> dict:
        """A link is told once, not again to whoever repeats the request."""
        return {**shown, "url": ""} if "url" in shown else shown

    def _shown(self, pk: int, *, status: int = 200) -> Response:
        shown = inquiries_shown(Inquiry.objects.with_readability(self.request.user)).get(pk=pk)
        return Response(shapes.InquirySerializer(shown).data, status=status)


class TicketInquiries(ListViewSet):
    """The ticket's inquiries, newest first; of a restricted one only that it is there."""

    queryset = Inquiry.objects.none()
    serializer_class = shapes.InquirySerializer
    filter_backends = ()

    def _ticket(self) -> Ticket:
        visible = Ticket.objects.visible_to(self.request.user)
        return visible.get(pk=self.kwargs["ticket"])

    def get_queryset(self):
        shown = [one.pk for one in inquiries_of(self._ticket(), user=self.request.user)]
        mine = Inquiry.objects.filter(pk__in=shown).with_readability(self.request.user)
        return inquiries_shown(mine)

    def sort_keys(self):
        return (Key("pk", is_descending=True),)

    @extend_schema(
        request=shapes.NewInquirySerializer,
        responses={201: OpenApiResponse(shapes.InquirySerializer), 409: refusal(*ASKING)},
    )
    def create(self, request, ticket):
        """Ask a department about the ticket."""
        number = self._ticket().pk
        self.serializer_class = shapes.NewInquirySerializer
        given = self.facts()
        department, template = given.pop("department"), given.pop("template", None)
        with mistakes_as_errors():
            made = rules.ask(
                number,
                department_id=department.pk,
                template_id=template and template.pk,
                wish=rules.Wish(**given),
                by=request.user,
                at=timezone.now(),
            )
        shown = inquiries_shown(Inquiry.objects.with_readability(request.user)).get(pk=made.pk)
        return Response(shapes.InquirySerializer(shown).data, status=201)


class InquiryFileViewSet(RetrieveModelMixin, RestViewSet):
    """Files of answers one may read."""

    queryset = InquiryFile.objects.none()
    serializer_class = shapes.InquiryFileSerializer

    def get_queryset(self):
        return files_for(self.request.user)

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    @action(detail=True, serializer_class=NothingSerializer)
    def content(self, request, pk):
        """Download the bytes, always as an attachment and never as something to be shown."""
        return download(self.get_object())


def _read_facts(facts: object) -> object:
    """:raises ValidationError: for text that is no JSON."""
    if not isinstance(facts, str):
        return facts
    try:
        return json.loads(facts)
    except ValueError as error:
        raise ValidationError({"facts": ["Give a JSON object."]}) from error
