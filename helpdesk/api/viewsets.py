"""What every REST view of the product does alike."""

from datetime import UTC
from functools import partial

from django.conf import settings
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin
from rest_framework.renderers import JSONRenderer
from rest_framework.viewsets import GenericViewSet

from helpdesk.api.idempotency import fingerprint, key_of, replay
from helpdesk.api.pagination import CURSOR, SIZE
from helpdesk.api.parsers import refuse_larger
from helpdesk.paging import Key
from helpdesk.services.idempotency import Answer, only_once


class RestViewSet(GenericViewSet):
    """A REST door: times in UTC, and every POST may be repeated under its key."""

    lookup_value_converter = "int"

    @property
    def default_response_headers(self):
        return super().default_response_headers | {"Cache-Control": "private, no-store"}

    def dispatch(self, request, *args, **kwargs):
        if request.method == "POST" and hasattr(self, "post"):
            self.post = partial(self._post, self.post)
        with timezone.override(UTC):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request, *args, **kwargs):
        refuse_larger(request, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        super().initial(request, *args, **kwargs)
        _refuse_null_characters(request.query_params)

    def facts(self) -> dict:
        """Return what the act takes, read by the view's serializer."""
        serializer = self.get_serializer(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def remembered(self, shown: dict) -> dict:
        """Return what of an answer may be kept with its idempotency key."""
        return shown

    def _post(self, act, request, *args, **kwargs):
        key = key_of(request)
        if key is None:
            return act(request, *args, **kwargs)
        use_of_key = only_once(
            key, fingerprint=fingerprint(request), by=request.user, at=timezone.now()
        )
        with use_of_key as use:
            if use.answer is not None:
                return replay(use.answer)
            response = act(request, *args, **kwargs)
            if response.status_code < 300:
                use.finish(self._answer(response))
            return response

    def _answer(self, response) -> Answer:
        body = JSONRenderer().render(self.remembered(response.data))
        return Answer(response.status_code, body, JSONRenderer.media_type)


class ListViewSet(ListModelMixin, RestViewSet):
    """A list by cursor. An unknown parameter is refused: it is a typing error, not a wish."""

    parameters: tuple[str, ...] = ()

    def sort_keys(self) -> tuple[Key, ...]:
        return (Key("pk"),)

    def list(self, request, *args, **kwargs):
        self._refuse_unknown(request.query_params)
        return super().list(request, *args, **kwargs)

    def _refuse_unknown(self, params) -> None:
        filters = getattr(self, "filterset_class", None)
        known = [*self.parameters, *(filters.base_filters if filters else ()), CURSOR, SIZE]
        unknown = sorted(set(params) - set(known))
        if unknown:
            sentence = f"This is not known here; possible: {', '.join(known)}."
            raise ValidationError({name: [sentence] for name in unknown}, code="unknown_parameter")


def _refuse_null_characters(params) -> None:
    """PostgreSQL cannot hold them, so nothing is called so."""
    for name, values in params.lists():
        if "\x00" in name or any("\x00" in value for value in values):
            message = {name: ["Null characters are not allowed."]}
            raise ValidationError(message, code="null_characters_not_allowed")
