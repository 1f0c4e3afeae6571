"""Every address of the product, composed by strings."""

from django.urls import include, path

from helpdesk.health import live, ready

urlpatterns = [
    path("livez", live),
    path("readyz", ready),
    path("accounts/", include("accounts.urls")),
    path("people/", include("accounts.urls_people")),
    path("api/v1/", include("helpdesk.api.urls")),
    path("", include("escalations.urls")),
    path("", include("helpdesk.urls_pages")),
]

handler400 = "helpdesk.api.handlers.bad_request"
handler500 = "helpdesk.api.handlers.server_error"
