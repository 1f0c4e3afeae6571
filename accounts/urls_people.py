"""People and teams. An act is ``POST /people/<id>/<verb>/``."""

from django.urls import path

from accounts.views import people, person, teams

app_name = "people"

urlpatterns = [
    path("", people.people, name="people"),
    path("invite/", people.invite, name="invite"),
    path("teams/", teams.teams, name="teams"),
    path("teams/new/", teams.new_team, name="new_team"),
    path("teams/<int:pk>/rename/", teams.rename, name="rename_team"),
    path("teams/<int:pk>/change-tier/", teams.move, name="change_tier"),
    path("tiers/new/", teams.new_tier, name="new_tier"),
    path("tiers/<int:pk>/rename/", teams.rename_the_tier, name="rename_tier"),
    path("<int:pk>/", person.person, name="person"),
    path("<int:pk>/<slug:verb>/", person.act, name="act"),
]
