"""What can be found of a ticket: one row per ticket, kept by services.search."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class SearchDocument(models.Model):
    """The words of a ticket: subject, messages, customer, order, SKU, tracking number.

    Beside the ticket and not in it, so that the ticket's own row stays narrow.
    """

    ticket = models.OneToOneField(
        "helpdesk.Ticket", on_delete=models.CASCADE, primary_key=True, related_name="search"
    )
    vector = SearchVectorField()

    class Meta:
        indexes = [GinIndex(name="ticket_words", fields=["vector"])]

    def __str__(self):
        return f"Words of {self.ticket_id}"
