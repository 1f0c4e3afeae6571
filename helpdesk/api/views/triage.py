"""Sorting a ticket."""

from helpdesk.api.acts import TicketActs, act
from helpdesk.api.serializers import acts as takes
from helpdesk.services import triage
from helpdesk.services.triage import NothingChanged, TagRefused, ValueNotPossible

CHANGES = (NothingChanged, ValueNotPossible)


class TriageActs(TicketActs):
    @act(takes.SubjectSerializer, refuses=CHANGES)
    def change_subject(self, request, pk):
        """Say better what the ticket is about."""
        return self.act_and_show(triage.change_subject)

    @act(takes.PrioritySerializer, refuses=CHANGES)
    def change_priority(self, request, pk):
        """Say how soon the ticket's turn is."""
        return self.act_and_show(triage.change_priority)

    @act(takes.SeveritySerializer, refuses=CHANGES)
    def change_severity(self, request, pk):
        """Say how bad it is for the customer."""
        return self.act_and_show(triage.change_severity)

    @act(takes.CategoryChoiceSerializer, refuses=CHANGES)
    def change_category(self, request, pk):
        """Sort the ticket into a category, or out of every one."""
        return self.act_and_show(triage.change_category)

    @act(takes.ProductLineChoiceSerializer, refuses=CHANGES)
    def change_product_line(self, request, pk):
        """Say which product line it is about, or none."""
        return self.act_and_show(triage.change_product_line)

    @act(takes.FinancialImpactSerializer, refuses=CHANGES)
    def change_financial_impact(self, request, pk):
        """Say how much money is at stake, or that nobody knows."""
        return self.act_and_show(triage.change_financial_impact)

    @act(takes.OrderChoiceSerializer, refuses=CHANGES)
    def change_order(self, request, pk):
        """Say which order it is about, or none."""
        return self.act_and_show(triage.change_order)

    @act(takes.TagNameSerializer, refuses=(TagRefused,))
    def tag(self, request, pk):
        """Add a tag; a new word becomes one."""
        return self.act_and_show(triage.add_tag)

    @act(takes.TagNameSerializer, refuses=(TagRefused,))
    def untag(self, request, pk):
        """Take a tag off."""
        return self.act_and_show(triage.remove_tag)
