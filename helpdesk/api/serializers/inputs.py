"""The shape of everything that comes in."""

from collections.abc import Mapping

from rest_framework import serializers


class ActSerializer(serializers.Serializer):
    """What an act takes. An unknown word is refused: it is a typing error, not a wish."""

    def to_internal_value(self, data):
        if isinstance(data, Mapping):
            self._refuse_unknown(data)
        return super().to_internal_value(data)

    def _refuse_unknown(self, data: Mapping) -> None:
        unknown = sorted(str(name) for name in set(data) - set(self.fields))
        if unknown:
            known = ", ".join(self.fields) or "nothing"
            raise serializers.ValidationError(
                {name: [f"This is not known here; possible: {known}."] for name in unknown},
                code="unknown_field",
            )


class ChangeSerializer(ActSerializer):
    """What a change takes: what is not named stays."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False
            field.default = serializers.empty


class NothingSerializer(ActSerializer):
    """An act that needs no further word."""
