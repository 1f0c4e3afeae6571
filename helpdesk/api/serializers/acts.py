"""What each act on a ticket takes. Shape only: what is allowed is said by the services."""

from rest_framework import serializers

from accounts.models import Team, User
from helpdesk.api.fields import (
    MAX_TEXT,
    IdField,
    MoneyInputField,
    NamedChoiceField,
    RowBySlugField,
    RowField,
    UploadField,
    VisibleTicketField,
)
from helpdesk.api.serializers.inputs import ActSerializer
from helpdesk.models import (
    Category,
    Channel,
    Customer,
    LinkKind,
    Priority,
    ProductLine,
    Severity,
    Status,
)
from helpdesk.services.opening import Sorting
from helpdesk.whole_numbers import BIGGEST_ID
from marketplaces.models import Order

AFTER_A_REPLY = (Status.PENDING, Status.ON_HOLD, Status.SOLVED)


class NewTicketSerializer(ActSerializer):
    """A ticket an agent writes down for a customer; ``text`` is what the customer said."""

    requester = RowField(queryset=Customer.objects.all(), help_text="The customer's id.")
    identity = IdField(required=False, help_text="By which of the customer's identities.")
    subject = serializers.CharField(max_length=250)
    text = serializers.CharField(max_length=MAX_TEXT, trim_whitespace=False)
    channel = serializers.ChoiceField(choices=Channel.choices)
    priority = NamedChoiceField(Priority, required=False)
    severity = NamedChoiceField(Severity, required=False)
    category = RowBySlugField(queryset=Category.objects.all(), required=False)
    product_line = RowBySlugField(queryset=ProductLine.objects.all(), required=False)
    team = RowField(queryset=Team.objects.all(), required=False)
    order = RowField(queryset=Order.objects.all(), required=False)

    def validate(self, attrs):
        """Load the identity out of the customer's own, and put the sorting together."""
        if "identity" in attrs:
            mine = attrs["requester"].identities.filter(pk=attrs["identity"])
            attrs["identity"] = mine.first()
            if attrs["identity"] is None:
                message = {"identity": ["This customer has no such identity."]}
                raise serializers.ValidationError(message, code="does_not_exist")
        sorting = {name: attrs.pop(name) for name in vars(Sorting()) if name in attrs}
        return attrs | {"sorting": Sorting(**sorting)}


class NoteSerializer(ActSerializer):
    text = serializers.CharField(max_length=MAX_TEXT, trim_whitespace=False)
    attachments = serializers.ListField(
        child=UploadField(),
        source="uploads",
        required=False,
        help_text="Files; send the act as multipart/form-data.",
    )
    with_draft = serializers.BooleanField(
        required=False, help_text="Send the files of one's draft along and clear the draft."
    )


class ReplySerializer(NoteSerializer):
    last_seen_event = serializers.IntegerField(
        source="seen",
        min_value=0,
        max_value=BIGGEST_ID,
        help_text="The ticket's `last_event` as the author saw it.",
    )
    then = serializers.ChoiceField(
        choices=[(status.value, status.label) for status in AFTER_A_REPLY],
        required=False,
        help_text="The status to set with the reply.",
    )


class AssigneeSerializer(ActSerializer):
    assignee = RowField(
        queryset=User.objects.active(), allow_null=True, help_text="A user's id; null for nobody."
    )


class DestinationSerializer(ActSerializer):
    team = RowField(
        queryset=Team.objects.all(), allow_null=True, help_text="A team's id; null for no team."
    )


class StatusSerializer(ActSerializer):
    status = serializers.ChoiceField(choices=Status.choices)


class SubjectSerializer(ActSerializer):
    subject = serializers.CharField(max_length=250)


class PrioritySerializer(ActSerializer):
    priority = NamedChoiceField(Priority)


class SeveritySerializer(ActSerializer):
    severity = NamedChoiceField(Severity)


class CategoryChoiceSerializer(ActSerializer):
    category = RowBySlugField(queryset=Category.objects.all(), allow_null=True)


class ProductLineChoiceSerializer(ActSerializer):
    product_line = RowBySlugField(queryset=ProductLine.objects.all(), allow_null=True)


class FinancialImpactSerializer(ActSerializer):
    financial_impact = MoneyInputField(source="impact", allow_null=True)


class OrderChoiceSerializer(ActSerializer):
    order = RowField(queryset=Order.objects.all(), allow_null=True)


class TagNameSerializer(ActSerializer):
    tag = serializers.CharField(source="name", max_length=40)


class MergeSerializer(ActSerializer):
    into = VisibleTicketField(help_text="The number of the ticket that lives on.")


class SplitSerializer(ActSerializer):
    message = IdField(source="message_id", help_text="A message of the customer on this ticket.")
    subject = serializers.CharField(max_length=250)


class LinkSerializer(ActSerializer):
    to = VisibleTicketField()
    kind = serializers.ChoiceField(choices=LinkKind.choices, default=LinkKind.RELATED)


class UnlinkSerializer(ActSerializer):
    link = IdField(help_text="The id of one of the ticket's links.")
