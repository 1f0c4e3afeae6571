"""Addresses of the pages about webhooks."""

from django.urls import path

from escalations.views import webhooks

urlpatterns = [
    path("settings/webhooks/", webhooks.webhooks, name="webhooks"),
    path("settings/webhooks/new/", webhooks.new_webhook, name="new_webhook"),
    path("settings/webhooks/<int:pk>/", webhooks.webhook, name="webhook"),
    path("settings/webhooks/<int:pk>/<slug:verb>/", webhooks.act, name="act_on_webhook"),
    path(
        "settings/webhooks/<int:pk>/deliveries/<int:delivery>/replay/",
        webhooks.replay_delivery,
        name="replay_webhook",
    ),
]
