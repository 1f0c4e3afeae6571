"""Stores, their connections and exchanges. No credential ever goes out; it only comes in."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from helpdesk.api.serializers.inputs import ActSerializer, ChangeSerializer
from helpdesk.api.serializers.people import PersonSerializer
from helpdesk.store_forms import kinds_to_connect
from marketplaces.breaker import BreakerState
from marketplaces.models import (
    Connection,
    ConnectionEntry,
    ConnectionKind,
    Exchange,
    Store,
    Stream,
)
from marketplaces.services.connections import MAX_NAME, MAX_WHY
from marketplaces.services.entries import MAX_OPTION, MAX_SECRET
from marketplaces.store_states import StoreState
from outbound.addresses import MAX_LENGTH

BREAKER_STATES = [(state.value, state.value) for state in BreakerState]


class WordsByName(serializers.DictField):
    """Texts by the names that the marketplace's gateway has for them."""

    def __init__(self, *, max_length: int, **kwargs):
        text = serializers.CharField(allow_blank=True, max_length=max_length)
        super().__init__(child=text, **kwargs)


class StreamSerializer(serializers.ModelSerializer):
    """How far one kind of news has been fetched. `caught_up_at`: there was no more then."""

    class Meta:
        model = Stream
        fields = [
            "kind", "has_more", "last_run_at", "caught_up_at", "newest_at", "fetched",
            "failures", "last_error",
        ]  # fmt: skip
        read_only_fields = fields


class BreakerSerializer(serializers.Serializer):
    state = serializers.ChoiceField(choices=BREAKER_STATES)
    failures = serializers.IntegerField(help_text="In a row.")
    retry_at = serializers.DateTimeField(allow_null=True)


class CheckSerializer(serializers.Serializer):
    """What the last test of the connection found; `missing` are rights it needs and has not."""

    at = serializers.DateTimeField(source="checked_at")
    account = serializers.CharField(source="checked_account")
    granted = serializers.ListField(child=serializers.CharField(), source="checked_granted")
    missing = serializers.ListField(child=serializers.CharField(), source="checked_missing")
    error = serializers.CharField(source="checked_error")


class ConnectionSerializer(serializers.ModelSerializer):
    """`credentials` names which there are, `credentials_at` says since when. None is shown."""

    addresses = serializers.DictField(child=serializers.CharField(), read_only=True)
    options = serializers.DictField(child=serializers.CharField(), read_only=True)
    credentials = serializers.ListField(
        child=serializers.CharField(), source="secret_names", read_only=True
    )
    credentials_at = serializers.DateTimeField(source="sealed_at", read_only=True)
    connected_by = PersonSerializer(read_only=True, allow_null=True)
    paused_by = PersonSerializer(read_only=True, allow_null=True)
    breaker = serializers.SerializerMethodField()
    check = serializers.SerializerMethodField()
    streams = StreamSerializer(many=True, read_only=True)

    class Meta:
        model = Connection
        fields = [
            "addresses", "options", "credentials", "credentials_at", "connected_at",
            "connected_by", "paused_at", "paused_by", "paused_why", "breaker", "last_error",
            "last_error_at", "check", "streams",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(BreakerSerializer)
    def get_breaker(self, connection):
        breaker = connection.breaker
        shown = {"failures": breaker.failures, "retry_at": breaker.retry_at}
        return BreakerSerializer(shown | {"state": breaker.state(self.context["now"])}).data

    @extend_schema_field(CheckSerializer(allow_null=True))
    def get_check(self, connection):
        return CheckSerializer(connection).data if connection.checked_at else None


class StoreSerializer(serializers.ModelSerializer):
    """`state` is what matters most of all that is true of the connection."""

    state = serializers.ChoiceField(choices=StoreState.choices, read_only=True)
    connection = ConnectionSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Store
        fields = ["id", "name", "marketplace", "currency", "state", "connection"]
        read_only_fields = fields


class NewStoreSerializer(ActSerializer):
    """`credentials` are encrypted and never shown. Addresses that are left out are the
    marketplace's own."""

    marketplace = serializers.ChoiceField(choices=kinds_to_connect())
    name = serializers.CharField(max_length=MAX_NAME)
    currency = serializers.CharField(max_length=3, help_text="ISO 4217, e.g. `EUR`.")
    credentials = WordsByName(max_length=MAX_SECRET, write_only=True)
    addresses = WordsByName(max_length=MAX_LENGTH, default=dict)
    options = WordsByName(max_length=MAX_OPTION, default=dict)


class StoreChangeSerializer(ChangeSerializer):
    """What is left out stays as it is."""

    name = serializers.CharField(max_length=MAX_NAME, required=False)
    addresses = WordsByName(max_length=MAX_LENGTH, required=False)
    options = WordsByName(max_length=MAX_OPTION, required=False)


class CredentialsSerializer(ActSerializer):
    """Only those that are to be replaced."""

    credentials = WordsByName(max_length=MAX_SECRET, write_only=True)


class PauseSerializer(ActSerializer):
    why = serializers.CharField(max_length=MAX_WHY)


class ConnectionEntrySerializer(serializers.ModelSerializer):
    """Who changed what when. Of credentials only their names are kept."""

    kind = serializers.ChoiceField(choices=ConnectionKind.choices, read_only=True)
    actor = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = ConnectionEntry
        fields = ["id", "kind", "at", "actor", "about", "before", "after"]
        read_only_fields = fields


class ExchangeSerializer(serializers.ModelSerializer):
    """One call. Secrets and personal data are masked: `•12•` stands for twelve characters."""

    took_ms = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = Exchange
        fields = [
            "id", "store", "operation", "correlation", "method", "address", "changes_something",
            "outcome", "status", "words", "started_at", "ended_at", "took_ms", "not_before",
        ]  # fmt: skip
        read_only_fields = fields


class ExchangeDetailSerializer(ExchangeSerializer):
    headers = serializers.DictField(child=serializers.CharField(), read_only=True)

    class Meta(ExchangeSerializer.Meta):
        fields = [*ExchangeSerializer.Meta.fields, "request_body", "response_body", "headers"]
        read_only_fields = fields
