"""One act on many tickets."""

from django.http import QueryDict
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.response import Response

from helpdesk.api.acts import act
from helpdesk.api.filters import BulkItemFilter
from helpdesk.api.schema import refusal
from helpdesk.api.serializers.bulk import (
    BulkItemSerializer,
    BulkJobSerializer,
    NewBulkJobSerializer,
)
from helpdesk.api.viewsets import ListViewSet
from helpdesk.filters import InvalidFilter
from helpdesk.models import BulkItem, BulkJob
from helpdesk.paging import Key
from helpdesk.selectors import numbers_found
from helpdesk.services.bulk import (
    MAX_TICKETS,
    CannotCancel,
    CountHasGrown,
    NothingSelected,
    NotInSight,
    TooManyTickets,
    cancel_bulk_job,
    progress_of,
    start_bulk_job,
)
from helpdesk.services.bulk_acts import ArgumentRefused

REFUSES = (NothingSelected, TooManyTickets, NotInSight, CountHasGrown)


class BulkJobViewSet(RetrieveModelMixin, ListViewSet):
    """One's own bulk jobs, newest first."""

    queryset = BulkJob.objects.none()
    serializer_class = BulkJobSerializer
    filter_backends = ()

    def get_queryset(self):
        return BulkJob.objects.filter(requested_by=self.request.user)

    def sort_keys(self):
        return (Key("pk", is_descending=True),)

    def get_serializer(self, *args, **kwargs):
        """Count the items of every job that is shown, in one query."""
        if self.action in ("list", "retrieve"):
            jobs = args[0] if kwargs.get("many") else args[:1]
            kwargs["context"] = self.get_serializer_context() | {"progress": progress_of(jobs)}
        return super().get_serializer(*args, **kwargs)

    @extend_schema(
        request=NewBulkJobSerializer, responses={201: BulkJobSerializer, 409: refusal(*REFUSES)}
    )
    def create(self, request):
        """Do one act on many tickets.

        Up to 200 are done before the answer comes, unless the request has an idempotency key;
        more are a worker's: ask for the job to see how far it is.
        """
        self.serializer_class = NewBulkJobSerializer
        facts, now = self.facts(), timezone.now()
        if "filter" in facts:
            facts["tickets"] = self._numbers(facts.pop("filter"), at=now)
        try:
            job = start_bulk_job(**facts, by=request.user, at=now)
        except ArgumentRefused as error:
            message = {"arguments": {error.name: [str(error)]}}
            raise ValidationError(message) from error
        return self._shown(job.pk, status=201)

    @act(gives=BulkJobSerializer, refuses=(CannotCancel,))
    def cancel(self, request, pk):
        """Let nothing more be done. What is done stays done."""
        job = self.get_object()
        self.facts()
        cancel_bulk_job(job.pk, at=timezone.now())
        return self._shown(job.pk)

    def _shown(self, pk: int, *, status: int = 200) -> Response:
        job = BulkJob.objects.get(pk=pk)
        shown = BulkJobSerializer(job, context={"progress": progress_of([job])}).data
        return Response(shown, status=status)

    def _numbers(self, asked: dict, *, at) -> list[int]:
        try:
            params = _as_parameters(asked)
            return numbers_found(params, user=self.request.user, at=at, limit=MAX_TICKETS + 1)
        except InvalidFilter as error:
            raise ValidationError({"filter": error.errors}) from error


class BulkItems(ListViewSet):
    """What became of each ticket of a bulk job."""

    queryset = BulkItem.objects.none()
    serializer_class = BulkItemSerializer
    filterset_class = BulkItemFilter

    def get_queryset(self):
        mine = BulkItem.objects.filter(job__requested_by=self.request.user)
        return mine.filter(job=self.kwargs["id"]).select_related("ticket")

    def list(self, request, *args, **kwargs):
        """List the tickets of a bulk job with what became of them."""
        response = super().list(request, *args, **kwargs)
        jobs = BulkJob.objects.filter(requested_by=request.user)
        get_object_or_404(jobs, pk=self.kwargs["id"])
        return response


def _as_parameters(asked: dict) -> QueryDict:
    """Write a filter as the parameters of an address."""
    params = QueryDict(mutable=True)
    for name, value in asked.items():
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(each, str) and _can_be_asked(each) for each in values):
            raise InvalidFilter({str(name)[:40]: ["Give a text, or a list of texts."]})
        params.setlist(name, values)
    return params


def _can_be_asked(text: str) -> bool:
    """PostgreSQL holds neither null characters nor halves of a character."""
    return "\x00" not in text and text.isprintable()
