"""What should have followed from a deadline and did not, for managers and administrators."""

from django.utils import timezone
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.response import Response

from accounts.permissions import require
from accounts.rules import Act
from escalations.api.serializers.failing_steps import FailingStepSerializer
from escalations.models import SLAEvent
from escalations.services.failing_steps import StepIsDone, failing_steps, try_again
from helpdesk.api.acts import act
from helpdesk.api.viewsets import ListViewSet
from helpdesk.paging import Key


class FailingStepViewSet(RetrieveModelMixin, ListViewSet):
    """Warnings, breaches and levels whose carrying out failed."""

    queryset = SLAEvent.objects.none()
    serializer_class = FailingStepSerializer
    filter_backends = ()

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        require(request.user, Act.MANAGE_SLA)

    def get_queryset(self):
        return failing_steps()

    def sort_keys(self):
        return (Key("pk"),)

    @act(gives=FailingStepSerializer, refuses=(StepIsDone,))
    def try_again(self, request, pk):
        """Let it be tried at once."""
        step = self.get_object()
        self.facts()
        step = try_again(step.pk, by=request.user, at=timezone.now())
        return Response(FailingStepSerializer(step).data)
