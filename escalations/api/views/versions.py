"""What the REST doors of calendars, SLA policies and routes do alike."""

from collections.abc import Callable

from django.utils import timezone
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.response import Response

from escalations.api.fields import mistakes_as_errors
from escalations.api.views.sla import SeesSLA
from helpdesk.api.viewsets import ListViewSet
from helpdesk.paging import Key


class VersionedViewSet(RetrieveModelMixin, ListViewSet):
    """Things that change by new versions. An act is answered with the thing as it is then."""

    filter_backends = ()

    def sort_keys(self):
        return Key("position"), Key("pk")

    def perform(self, service: Callable, *, read: Callable[[], dict] | None = None) -> Response:
        """Let the service act on the thing of the address; ``read`` gives its facts."""
        thing = self.get_object()
        said = (read or self.facts)()
        with mistakes_as_errors():
            service(thing.pk, **said, by=self.request.user, at=timezone.now())
        return self.shown(thing.pk)

    def made(self, service: Callable, *, read: Callable[[], dict] | None = None) -> Response:
        said = (read or self.facts)()
        with mistakes_as_errors():
            thing = service(**said, by=self.request.user, at=timezone.now())
        return self.shown(thing.pk, status=201)

    def shown(self, pk: int, *, status: int = 200) -> Response:
        # Acts read with a serializer of their own; the class has the one that shows.
        serializer = type(self).serializer_class
        thing = self.get_queryset().get(pk=pk)
        context = self.get_serializer_context()
        return Response(serializer(thing, context=context).data, status=status)


class VersionsViewSet(SeesSLA, ListViewSet):
    """The versions of one thing, the newest first. ``of`` names the thing in a version."""

    of = ""
    filter_backends = ()

    def get_queryset(self):
        return super().get_queryset().filter(**{self.of: self.kwargs["id"]})

    def sort_keys(self):
        return (Key("number", is_descending=True),)

    def list(self, request, *args, **kwargs):
        model = self.queryset.model._meta.get_field(self.of).related_model
        model.objects.get(pk=kwargs["id"])
        return super().list(request, *args, **kwargs)
