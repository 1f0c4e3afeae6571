"""The OpenAPI document and its Swagger page."""

from functools import cache

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, override
from django.views.generic import TemplateView
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView


@cache
def _drawn_up(language: str, renderer_class: type) -> bytes:
    """Four hundred operations take seconds, and are the same for everybody until the next start."""
    with override(language):
        document = SchemaGenerator().get_schema(public=True)
    return renderer_class().render(document, renderer_context={})


class SchemaView(SpectacularAPIView):
    """The document is open: it describes the program, not this installation."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(exclude=True)
    def get(self, request, *args, **kwargs):
        renderer = request.accepted_renderer
        return HttpResponse(
            _drawn_up(get_language(), type(renderer)), content_type=request.accepted_media_type
        )


class DocsView(TemplateView):
    """Swagger from our own disk, without a line of inline script."""

    template_name = "api/docs.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(schema_url=reverse("api:schema"), **kwargs)
