"""Departments and templates of inquiries over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.response import Response

from accounts.permissions import require
from accounts.rules import Act
from accounts.services.values import NameIsTaken, NameNotPossible, ValueNotPossible
from escalations.api.fields import mistakes_as_errors
from escalations.api.serializers import inquiries as shapes
from escalations.models import Department, InquiryTemplate
from escalations.services import departments as rules
from helpdesk.api.acts import act
from helpdesk.api.schema import refusal
from helpdesk.api.viewsets import ListViewSet
from helpdesk.paging import Key

NAMES = (NameIsTaken, NameNotPossible)
PEOPLE = (rules.AddressNotPossible, rules.PersonNotPossible)
CONTENT = (*NAMES, rules.TemplateNotPossible, ValueNotPossible)


class ForThoseWhoAsk(RetrieveModelMixin, ListViewSet):
    """For whoever may ask a department."""

    filter_backends = ()

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        require(request.user, Act.ASK_DEPARTMENT)

    def sort_keys(self):
        return Key("name"), Key("pk")


class DepartmentViewSet(ForThoseWhoAsk):
    """Departments by name."""

    queryset = Department.objects.select_related("lead").prefetch_related("members")
    serializer_class = shapes.DepartmentSerializer

    @extend_schema(
        request=shapes.DepartmentInputSerializer,
        responses={201: shapes.DepartmentSerializer, 409: refusal(*NAMES, *PEOPLE)},
    )
    def create(self, request):
        """Make a department."""
        self.serializer_class = shapes.DepartmentInputSerializer
        made = rules.create_department(**self.facts(), by=request.user, at=timezone.now())
        return self._shown(made.pk, status=201)

    @act(
        shapes.DepartmentInputSerializer,
        gives=shapes.DepartmentSerializer,
        refuses=(*NAMES, *PEOPLE),
    )
    def change(self, request, pk):
        """Say anew who the department is."""
        self.get_object()
        rules.change_department(pk, **self.facts(), by=request.user, at=timezone.now())
        return self._shown(pk)

    def _shown(self, pk: int, *, status: int = 200) -> Response:
        shown = self.get_queryset().get(pk=pk)
        return Response(shapes.DepartmentSerializer(shown).data, status=status)


class TemplateViewSet(ForThoseWhoAsk):
    """What departments are usually asked."""

    queryset = InquiryTemplate.objects.select_related("department")
    serializer_class = shapes.TemplateSerializer

    @extend_schema(
        request=shapes.NewTemplateSerializer,
        responses={201: shapes.TemplateSerializer, 409: refusal(*CONTENT)},
    )
    def create(self, request):
        """Make a template of a department."""
        self.serializer_class = shapes.NewTemplateSerializer
        given = self.facts()
        department = given.pop("department")
        with mistakes_as_errors():
            made = rules.create_template(department.pk, **given, by=request.user, at=timezone.now())
        return self._shown(made.pk, status=201)

    @act(shapes.TemplateChangeSerializer, gives=shapes.TemplateSerializer, refuses=CONTENT)
    def change(self, request, pk):
        """Change what is usually asked; what was asked already stays as it is."""
        self.get_object()
        with mistakes_as_errors():
            rules.change_template(pk, **self.facts(), by=request.user, at=timezone.now())
        return self._shown(pk)

    def _shown(self, pk: int, *, status: int = 200) -> Response:
        shown = self.get_queryset().get(pk=pk)
        return Response(shapes.TemplateSerializer(shown).data, status=status)
