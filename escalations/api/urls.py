"""Addresses of the clocks in the REST door."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from escalations.api.views.attainment import AttainmentView
from escalations.api.views.board import BoardView
from escalations.api.views.calendars import CalendarVersions, CalendarViewSet
from escalations.api.views.clocks import ClockActs, ClockViewSet, TicketClocks
from escalations.api.views.escalations import EscalatingActs, EscalationViewSet
from escalations.api.views.policies import PolicyVersions, PolicyViewSet

router = SimpleRouter(use_regex_path=False)
router.register("sla-policies", PolicyViewSet, basename="sla-policy")
router.register("calendars", CalendarViewSet, basename="calendar")
router.register("clocks", ClockViewSet, basename="clock")
router.register("tickets", ClockActs, basename="clock-acts")
router.register("escalations", EscalationViewSet, basename="escalation")
router.register("tickets", EscalatingActs, basename="escalating")

urlpatterns = [
    *router.urls,
    path(
        "sla-policies/<int:id>/versions/",
        PolicyVersions.as_view({"get": "list"}),
        name="sla-policy-versions",
    ),
    path(
        "calendars/<int:id>/versions/",
        CalendarVersions.as_view({"get": "list"}),
        name="calendar-versions",
    ),
    path(
        "tickets/<int:ticket>/clocks/",
        TicketClocks.as_view({"get": "list"}),
        name="ticket-clocks",
    ),
    path("clock-board/", BoardView.as_view({"get": "retrieve"}), name="clock-board"),
    path("attainment/", AttainmentView.as_view({"get": "retrieve"}), name="attainment"),
]
