"""Up to where a ticket was held against the criteria of the routes."""

from django.db import models
from django.db.models import Q


class EvaluatedTicket(models.Model):
    """``event`` is the ticket's last event that was looked at, ``routes`` the newest version of a
    route there was, ``look_again_at`` when time alone may turn a condition round. A ticket that
    is ahead of its row is owed an evaluation.
    """

    ticket = models.OneToOneField(
        "helpdesk.Ticket", on_delete=models.CASCADE, primary_key=True, related_name="evaluated"
    )
    event = models.BigIntegerField()
    routes = models.BigIntegerField()
    look_again_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                "look_again_at", name="tickets_to_look_at_again",
                condition=Q(look_again_at__isnull=False),
            )
        ]  # fmt: skip

    def __str__(self):
        return f"ticket {self.ticket_id} up to {self.event}"
