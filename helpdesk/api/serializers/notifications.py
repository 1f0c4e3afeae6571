"""What the bell holds, and how somebody wants to hear of what."""

from rest_framework import serializers

from helpdesk.api.fields import IdField
from helpdesk.api.serializers.inputs import ActSerializer
from helpdesk.api.serializers.people import PersonSerializer
from helpdesk.api.serializers.tickets import TicketNameSerializer
from helpdesk.api.serializers.timeline import TimelineEntrySerializer
from helpdesk.models import MailMode, Notification, NotificationChoice, NotificationKind
from helpdesk.notification_words import words_of

MOST_AT_ONCE = 500


class NotificationSerializer(serializers.ModelSerializer):
    """``words`` say it as a sentence, in the reader's language."""

    words = serializers.SerializerMethodField()
    ticket = TicketNameSerializer(read_only=True)
    entry = TimelineEntrySerializer(read_only=True)

    class Meta:
        model = Notification
        fields = ["id", "kind", "words", "ticket", "entry", "created_at", "read_at"]
        read_only_fields = fields

    def get_words(self, line) -> str:
        return words_of(line)


class UnreadSerializer(serializers.Serializer):
    """How many lines are unread; 100 means 100 or more. ``newest`` is 0 where there is none."""

    unread = serializers.IntegerField(min_value=0, max_value=100)
    newest = serializers.IntegerField(min_value=0)


class ReadSerializer(ActSerializer):
    """Which lines were read: some by id, or all up to one."""

    ids = serializers.ListField(
        child=IdField(), required=False, min_length=1, max_length=MOST_AT_ONCE
    )
    up_to = IdField(required=False, help_text="This line and every older one.")

    def validate(self, attrs):
        if len(attrs) != 1:
            raise serializers.ValidationError("Give either `ids` or `up_to`.", code="one_of")
        return attrs


class NotificationChoiceSerializer(serializers.ModelSerializer):
    class Meta:
        model = NotificationChoice
        fields = ["kind", "by_bell", "by_mail"]
        read_only_fields = fields


class NotificationChoicesSerializer(serializers.Serializer):
    """One choice per kind."""

    choices = NotificationChoiceSerializer(many=True, read_only=True)


class NewNotificationChoiceSerializer(ActSerializer):
    kind = serializers.ChoiceField(choices=NotificationKind.choices)
    by_bell = serializers.BooleanField()
    by_mail = serializers.ChoiceField(choices=MailMode.choices)


class MentionableSerializer(PersonSerializer):
    """A colleague; who may not see the ticket is not told by a mention."""

    may_see = serializers.BooleanField(read_only=True)

    class Meta(PersonSerializer.Meta):
        fields = [*PersonSerializer.Meta.fields, "may_see"]
        read_only_fields = fields
