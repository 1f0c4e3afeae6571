"""Macros, and what one says to the customer of a ticket."""

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.response import Response

from accounts.rules import Act, may
from helpdesk.api.acts import TicketActs, act
from helpdesk.api.schema import refusal
from helpdesk.api.serializers.macros import (
    MacroChoiceSerializer,
    MacroInUseSerializer,
    MacroSerializer,
    MacroTextSerializer,
    NewMacroSerializer,
)
from helpdesk.api.viewsets import ListViewSet
from helpdesk.paging import Key
from helpdesk.services.macros import MacroNotPossible, fill_macro
from policies.models import Macro
from policies.services.macros import MacroRefused, change_macro, put_in_use, write_macro


class MacroViewSet(RetrieveModelMixin, ListViewSet):
    """Macros in use for everybody and in one's teams; who keeps macros sees all of them."""

    queryset = Macro.objects.none()
    serializer_class = MacroSerializer
    filter_backends = ()

    def get_serializer_class(self):
        return {"create": NewMacroSerializer}.get(self.action, super().get_serializer_class())

    def get_queryset(self) -> QuerySet[Macro]:
        user = self.request.user
        macros = Macro.objects.select_related("team", "changed_by")
        return macros if may(user, Act.MANAGE_MACROS) else macros.usable_by(user)

    def sort_keys(self):
        return Key("name"), Key("pk")

    @extend_schema(responses={201: MacroSerializer, 409: refusal(MacroRefused)})
    def create(self, request):
        """Write a macro."""
        macro = write_macro(**self.facts(), by=request.user, at=timezone.now())
        return Response(MacroSerializer(macro).data, status=201)

    @act(NewMacroSerializer, gives=MacroSerializer, refuses=(MacroRefused,))
    def change(self, request, pk):
        """Change a macro; what was sent with it stays as it was sent."""
        number = self.get_object().pk
        macro = change_macro(number, **self.facts(), by=request.user, at=timezone.now())
        return Response(MacroSerializer(macro).data)

    @act(MacroInUseSerializer, gives=MacroSerializer)
    def put_in_use(self, request, pk):
        """Take a macro out of use, or back into it."""
        number = self.get_object().pk
        macro = put_in_use(number, **self.facts(), by=request.user, at=timezone.now())
        return Response(MacroSerializer(macro).data)


class MacroActs(TicketActs):
    @act(MacroChoiceSerializer, gives=MacroTextSerializer, refuses=(MacroNotPossible,))
    def fill_macro(self, request, pk):
        """Say what a macro says to the ticket's customer. Nothing is sent or written."""
        return Response({"text": self.perform(fill_macro)})
