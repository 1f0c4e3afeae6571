"""Addresses of the clocks' pages."""

from django.urls import include, path

from escalations.views import (
    attainment,
    board,
    calendars,
    clocks,
    departments,
    failing_steps,
    inquiries,
    inquiry_links,
    policies,
)

app_name = "escalations"

urlpatterns = [
    path("", include("escalations.urls_routes")),
    path("", include("escalations.urls_cases")),
    path("", include("escalations.urls_investigating")),
    path("", include("escalations.urls_webhooks")),
    path("sla/", board.board, name="board"),
    path("sla/attainment/", attainment.report, name="attainment"),
    path("sla/attainment/csv/", attainment.table, name="attainment_csv"),
    path("sla/attainment/tickets/", attainment.behind, name="attainment_behind"),
    path("sla/failing/", failing_steps.failing, name="failing_steps"),
    path("sla/failing/<int:pk>/try-again/", failing_steps.again, name="try_step_again"),
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
    path("inquiries/", inquiries.inbox, name="inquiries"),
    path("inquiries/<int:pk>/", inquiries.inquiry, name="inquiry"),
    *(
        path(
            f"inquiries/<int:pk>/{verb}/",
            inquiries.act,
            {"verb": verb},
            name=f"inquiry_{verb.replace('-', '_')}",
        )
        for verb in ("withdraw", "remind", "make-link", "revoke-links")
    ),
    path("inquiries/files/<int:pk>/", inquiries.file, name="inquiry_file"),
    path("tickets/<int:number>/inquiries/new/", inquiries.ask, name="ask"),
    path("inquiry/answered/", inquiry_links.answered, name="inquiry_answered"),
    path("inquiry/<str:token>/", inquiry_links.link, name="inquiry_link"),
    path("departments/", departments.departments, name="departments"),
    path("departments/new/", departments.new_department, name="new_department"),
    path("departments/<int:pk>/", departments.department, name="department"),
    path("departments/<int:pk>/templates/new/", departments.new_template, name="new_template"),
    path("departments/templates/<int:pk>/", departments.template, name="inquiry_template"),
    path("tickets/<int:number>/clocks/<int:pk>/", clocks.clock, name="clock"),
    path(
        "tickets/<int:number>/no-response-needed/",
        clocks.no_response_needed,
        name="no_response_needed",
    ),
]
