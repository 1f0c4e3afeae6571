"""Addresses of escalation routes, and of what they suggest for a ticket."""

from django.urls import path

from escalations.views import routes, suggestions

urlpatterns = [
    path("escalations/routes/", routes.routes, name="routes"),
    path("escalations/routes/new/", routes.new_route, name="new_route"),
    path("escalations/routes/<int:pk>/", routes.route, name="route"),
    path("escalations/routes/<int:pk>/versions/", routes.route_versions, name="route_versions"),
    *(
        path(
            f"escalations/routes/<int:pk>/{verb}/",
            routes.act,
            {"verb": verb},
            name=f"{verb}_route",
        )
        for verb in ("move", "activate", "deactivate")
    ),
    path(
        "tickets/<int:number>/suggestions/<int:pk>/dismiss/",
        suggestions.dismiss,
        name="dismiss_suggestion",
    ),
]
