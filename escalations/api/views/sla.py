"""Who sees what is promised."""

from accounts.permissions import require
from accounts.rules import Act
from helpdesk.api.viewsets import RestViewSet


class SeesSLA(RestViewSet):
    """For whoever may see policies and calendars."""

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        require(request.user, Act.SEE_SLA)
