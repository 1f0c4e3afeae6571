"""The board over REST."""

from rest_framework import serializers

from escalations.board import LANES
from helpdesk.api.serializers.people import PersonSerializer


class DueTicketSerializer(serializers.Serializer):
    """The clock of a ticket that falls due first."""

    clock = serializers.IntegerField(source="clock.pk")
    metric = serializers.CharField(source="clock.metric")
    state = serializers.CharField(help_text="running, near, late or paused.")
    due_at = serializers.DateTimeField(source="clock.due_at", allow_null=True)
    ticket = serializers.IntegerField(source="clock.ticket_id")
    subject = serializers.CharField(source="clock.ticket.subject")
    assignee = PersonSerializer(source="clock.ticket.assignee", allow_null=True)


class LaneSerializer(serializers.Serializer):
    """How many tickets stand here, and the first of them."""

    name = serializers.ChoiceField(choices=LANES)
    count = serializers.IntegerField()
    shown = DueTicketSerializer(many=True)


class CarrierSerializer(serializers.Serializer):
    """Open tickets with a clock, of a person or a team; without id those of nobody."""

    id = serializers.IntegerField(source="key", allow_null=True)
    name = serializers.CharField()
    open = serializers.IntegerField()
    due_in_an_hour = serializers.IntegerField(source="soon")
    late = serializers.IntegerField()


class BoardSerializer(serializers.Serializer):
    """What falls due until `closing`; `later` counts what falls due after that."""

    now = serializers.DateTimeField()
    closing = serializers.DateTimeField()
    lanes = LaneSerializer(many=True)
    later = serializers.IntegerField()
    people = CarrierSerializer(many=True)
    teams = CarrierSerializer(many=True)
