"""How single values are spoken in REST."""

from babel.numbers import list_currencies
from django.conf import settings
from django.db.models import IntegerChoices
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Weekday
from accounts.week import read_clock
from helpdesk.models import Ticket
from helpdesk.services.attachments import Upload
from helpdesk.whole_numbers import BIGGEST_ID
from marketplaces.money import InvalidAmount, Money

MAX_TEXT = 100_000


class IdField(serializers.IntegerField):
    """A key of the database: never a number it could not hold."""

    def __init__(self, **kwargs):
        super().__init__(**{"min_value": 1, "max_value": BIGGEST_ID} | kwargs)


class NamedChoiceField(serializers.ChoiceField):
    """An integer choice by its name: ``"urgent"``, not 4."""

    def __init__(self, choices: type[IntegerChoices], **kwargs):
        self.numbers = {choice.name.lower(): choice for choice in choices}
        super().__init__(choices=[(name, c.label) for name, c in self.numbers.items()], **kwargs)

    def to_internal_value(self, data):
        return self.numbers[super().to_internal_value(data)]

    def to_representation(self, value):
        return next(name for name, number in self.numbers.items() if number == value)


class WeekdayField(NamedChoiceField):
    def __init__(self, **kwargs):
        super().__init__(Weekday, **kwargs)


@extend_schema_field({"type": "string", "examples": ["08:30", "24:00"]})
class ClockField(serializers.Field):
    """A time of day in minutes since midnight, spoken as ``08:30`` up to ``24:00``."""

    def to_internal_value(self, data):
        try:
            return read_clock(data if isinstance(data, str) else "")
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from error


class RowField(serializers.PrimaryKeyRelatedField):
    """A row by its id, out of those that may be named here."""

    default_error_messages = {"does_not_exist": "There is nothing with the id {pk_value}."}

    def __init__(self, **kwargs):
        super().__init__(**{"pk_field": serializers.IntegerField()} | kwargs)


class VisibleTicketField(RowField):
    """Another ticket by its number; one the person may not see is as unknown as one that is not."""

    default_error_messages = {"does_not_exist": "There is no ticket {pk_value}."}

    def __init__(self, **kwargs):
        super().__init__(queryset=Ticket.objects.none(), **kwargs)

    def get_queryset(self):
        return Ticket.objects.visible_to(self.context["request"].user)

    def to_internal_value(self, data):
        return super().to_internal_value(data).pk


class RowBySlugField(serializers.SlugRelatedField):
    """A row of a managed list by its short name."""

    default_error_messages = {"does_not_exist": "There is nothing called “{value}”."}

    def __init__(self, **kwargs):
        super().__init__(slug_field="slug", **kwargs)

    def to_internal_value(self, data):
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class UploadField(serializers.FileField):
    """A file of a multipart form. How large it may be is the service's to say.

    Of a larger one no more is read than shows that it is larger.
    """

    def to_internal_value(self, data):
        file = super().to_internal_value(data)
        content = file.read(settings.ATTACHMENT_MAX_BYTES + 1)
        return Upload(file.name, file.content_type or "", content)


class _MoneyShape(serializers.Serializer):
    amount = serializers.RegexField(
        r"^-?[0-9]{1,15}(\.[0-9]{1,4})?$",
        required=False,
        help_text="Decimal, e.g. `12.50`. This or `minor`; where both stand they agree.",
    )
    minor = serializers.IntegerField(
        required=False,
        min_value=-BIGGEST_ID,
        max_value=BIGGEST_ID,
        help_text="Whole minor units, e.g. 1250.",
    )
    currency = serializers.CharField(max_length=3, help_text="ISO 4217, e.g. `EUR`.")

    def validate_currency(self, currency):
        if currency not in list_currencies():
            raise serializers.ValidationError("This is no ISO 4217 currency, e.g. EUR.")
        return currency


@extend_schema_field(
    {
        "type": "object",
        "required": ["amount", "minor", "currency"],
        "properties": {
            "amount": {"type": "string", "examples": ["12.50"]},
            "minor": {"type": "integer", "format": "int64", "examples": [1250]},
            "currency": {"type": "string", "examples": ["EUR"]},
        },
    },
    component_name="Money",
)
class MoneyField(serializers.Field):
    """Money going out: decimal text for people, minor units for programs."""

    def to_representation(self, value: Money):
        return {
            "amount": format(value.amount, "f"),
            "minor": value.minor,
            "currency": value.currency,
        }


@extend_schema_field(_MoneyShape)
class MoneyInputField(serializers.Field):
    """Money coming in, as ``amount`` or ``minor`` with a currency."""

    default_error_messages = {
        "needs_amount": "Give the amount (or the minor units) and the currency.",
        "disagree": "The amount and the minor units are not the same money.",
    }

    def to_internal_value(self, data):
        shape = _MoneyShape(data=data)
        shape.is_valid(raise_exception=True)
        facts = shape.validated_data
        given = {self._read(facts, name) for name in ("amount", "minor") if name in facts}
        if not given:
            self.fail("needs_amount")
        if len(given) > 1:
            self.fail("disagree")
        return given.pop()

    @staticmethod
    def _read(facts, name: str) -> Money:
        if name == "minor":
            return Money(facts["minor"], facts["currency"])
        try:
            return Money.parse(facts["amount"], facts["currency"])
        except InvalidAmount as error:
            raise serializers.ValidationError({"amount": [str(error)]}) from error
