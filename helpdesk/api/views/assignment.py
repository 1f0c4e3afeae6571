"""Who works on a ticket."""

from helpdesk.api.acts import TicketActs, act
from helpdesk.api.serializers.acts import AssigneeSerializer, DestinationSerializer
from helpdesk.services.assignment import (
    AlreadyClaimed,
    CannotBeAssigned,
    assign_ticket,
    claim_ticket,
    move_to_team,
)


class AssignmentActs(TicketActs):
    @act(refuses=(AlreadyClaimed,))
    def claim(self, request, pk):
        """Take an unassigned ticket; of several who try at once exactly one gets it."""
        return self.act_and_show(claim_ticket)

    @act(AssigneeSerializer, refuses=(CannotBeAssigned,))
    def assign(self, request, pk):
        """Give the ticket to somebody, or to nobody."""
        return self.act_and_show(assign_ticket)

    @act(DestinationSerializer, refuses=(CannotBeAssigned,))
    def move(self, request, pk):
        """Put the ticket into a team's queue; an assignee outside that team loses it."""
        return self.act_and_show(move_to_team)
