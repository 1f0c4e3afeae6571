"""Addresses of the clocks' pages."""

from django.urls import path

from escalations.views import clocks

app_name = "escalations"

urlpatterns = [
    path("tickets/<int:number>/clocks/<int:pk>/", clocks.clock, name="clock"),
    path(
        "tickets/<int:number>/no-response-needed/",
        clocks.no_response_needed,
        name="no_response_needed",
    ),
]
