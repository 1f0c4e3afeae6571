"""Addresses of escalated cases. An act is ``/escalations/<pk>/<verb>/``."""

from django.urls import path

from escalations.views import case, case_acts, cases, escalate

urlpatterns = [
    path("escalations/", cases.cases, name="cases"),
    path("escalations/next/", cases.take_next, name="take_next"),
    path("escalations/mine/", cases.my_cases, name="my_cases"),
    path("escalations/<int:pk>/", case.case, name="case"),
    path("escalations/<int:pk>/<slug:verb>/", case_acts.act, name="case_act"),
    path("tickets/<int:number>/escalate/", escalate.escalate, name="escalate"),
]
