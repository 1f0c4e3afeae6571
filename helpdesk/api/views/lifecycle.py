"""Where a ticket stands."""

from helpdesk.api.acts import TicketActs, act
from helpdesk.api.serializers.acts import StatusSerializer
from helpdesk.services.lifecycle import (
    StatusNotPossible,
    change_status,
    reopen_ticket,
    solve_ticket,
)


class LifecycleActs(TicketActs):
    @act(refuses=(StatusNotPossible,))
    def solve(self, request, pk):
        """Say that the concern is settled."""
        return self.act_and_show(solve_ticket)

    @act(refuses=(StatusNotPossible,))
    def reopen(self, request, pk):
        """Take a solved ticket up again."""
        return self.act_and_show(reopen_ticket)

    @act(StatusSerializer, refuses=(StatusNotPossible,))
    def change_status(self, request, pk):
        """Move the ticket to a status that can follow its own; only the system closes."""
        return self.act_and_show(change_status)
