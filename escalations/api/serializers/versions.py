"""What is sent about calendars, SLA policies and routes alike."""

from functools import partial

from rest_framework import serializers

from escalations.services.versions import MAX_NAME, MAX_NOTE
from helpdesk.api.serializers.inputs import ActSerializer

_NumberField = partial(serializers.IntegerField, min_value=1, max_value=2**31 - 1)
NameField = partial(serializers.CharField, max_length=MAX_NAME)
NoteField = partial(serializers.CharField, max_length=MAX_NOTE, required=False, allow_blank=True)
SeenField = partial(_NumberField, help_text="The version you looked at.")
FirstPlaceField = partial(_NumberField, required=False, help_text="From 1; else the last.")


class NoteSerializer(ActSerializer):
    note = NoteField(help_text="Why.")


class PlaceSerializer(NoteSerializer):
    position = _NumberField(help_text="From 1.")
