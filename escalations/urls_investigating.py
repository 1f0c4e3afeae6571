"""Addresses of investigations, problems and tailored solutions. An act is ``…/<verb>/``."""

from django.urls import path

from escalations.views import investigations, problems, root_causes, solutions

urlpatterns = [
    path(
        "tickets/<int:number>/investigate/",
        investigations.new_investigation,
        name="new_investigation",
    ),
    path("investigations/<int:pk>/", investigations.investigation, name="investigation"),
    path("investigations/<int:pk>/report/", investigations.report, name="investigation_report"),
    path(
        "investigations/<int:pk>/report.pdf",
        investigations.report_as_pdf,
        name="investigation_pdf",
    ),
    path("investigations/<int:pk>/<slug:verb>/", investigations.act, name="investigation_act"),
    path("evidence/<int:pk>/", investigations.evidence, name="evidence"),
    path("evidence/<int:pk>/file/", investigations.evidence_file, name="evidence_file"),
    path("actions/<int:pk>/finish/", investigations.finish, name="finish_action"),
    path("root-causes/", root_causes.root_causes, name="root_causes"),
    path("root-causes/add/", root_causes.add, name="add_root_cause"),
    path("root-causes/<int:pk>/<slug:verb>/", root_causes.act, name="root_cause_act"),
    path("problems/", problems.problems, name="problems"),
    path("problems/new/", problems.new_problem, name="new_problem"),
    path("problems/<int:pk>/", problems.problem, name="problem"),
    path("problems/<int:pk>/letter/", problems.letter, name="problem_letter"),
    path("problems/<int:pk>/tickets/", problems.suggested, name="problem_tickets"),
    path("problems/<int:pk>/<slug:verb>/", problems.act, name="problem_act"),
    path("tickets/<int:number>/solution/", solutions.solution, name="solution"),
    path("tickets/<int:number>/solution/<slug:verb>/", solutions.act, name="solution_act"),
    path(
        "tickets/<int:number>/solution/<int:pk>/<slug:verb>/",
        solutions.act_on_part,
        name="solution_part_act",
    ),
]
