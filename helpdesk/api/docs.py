"""The OpenAPI document and its Swagger page."""

from django.urls import reverse
from django.views.generic import TemplateView
from drf_spectacular.views import SpectacularAPIView


class SchemaView(SpectacularAPIView):
    """The document is open: it describes the program, not this installation."""

    authentication_classes = ()
    permission_classes = ()


class DocsView(TemplateView):
    """Swagger from our own disk, without a line of inline script."""

    template_name = "api/docs.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(schema_url=reverse("api:schema"), **kwargs)
