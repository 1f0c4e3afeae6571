"""Addresses of the clocks' pages."""

from django.urls import path

from escalations.views import attainment, board, calendars, clocks, policies

app_name = "escalations"

urlpatterns = [
    path("sla/", board.board, name="board"),
    path("sla/attainment/", attainment.report, name="attainment"),
    path("sla/attainment/csv/", attainment.table, name="attainment_csv"),
    path("sla/attainment/tickets/", attainment.behind, name="attainment_behind"),
    path("sla/policies/", policies.policies, name="policies"),
    path("sla/policies/new/", policies.new_policy, name="new_policy"),
    path("sla/policies/<int:pk>/", policies.policy, name="policy"),
    path("sla/policies/<int:pk>/versions/", policies.policy_versions, name="policy_versions"),
    path("sla/policies/<int:pk>/move/", policies.act, {"verb": "move"}, name="move_policy"),
    path(
        "sla/policies/<int:pk>/activate/",
        policies.act,
        {"verb": "activate"},
        name="activate_policy",
    ),
    path(
        "sla/policies/<int:pk>/deactivate/",
        policies.act,
        {"verb": "deactivate"},
        name="deactivate_policy",
    ),
    path("sla/calendars/", calendars.calendars, name="calendars"),
    path("sla/calendars/new/", calendars.new_calendar, name="new_calendar"),
    path("sla/calendars/<int:pk>/", calendars.calendar, name="calendar"),
    path("sla/calendars/<int:pk>/versions/", calendars.calendar_versions, name="calendar_versions"),
    path("tickets/<int:number>/clocks/<int:pk>/", clocks.clock, name="clock"),
    path(
        "tickets/<int:number>/no-response-needed/",
        clocks.no_response_needed,
        name="no_response_needed",
    ),
]
