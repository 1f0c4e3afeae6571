"""Addresses of the clocks in the REST door."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from escalations.api.views.attainment import AttainmentView
from escalations.api.views.board import BoardView
from escalations.api.views.calendars import CalendarVersions, CalendarViewSet
from escalations.api.views.clocks import ClockActs, ClockViewSet, TicketClocks
from escalations.api.views.departments import DepartmentViewSet, TemplateViewSet
from escalations.api.views.escalations import EscalatingActs, EscalationViewSet
from escalations.api.views.evidence import ActionViewSet, EvidenceViewSet
from escalations.api.views.inquiries import (
    InquiryFileViewSet,
    InquiryViewSet,
    TicketInquiries,
)
from escalations.api.views.investigations import (
    InvestigationActs,
    InvestigationViewSet,
    RootCauseViewSet,
    TicketInvestigations,
)
from escalations.api.views.policies import PolicyVersions, PolicyViewSet
from escalations.api.views.problems import ProblemTickets, ProblemViewSet
from escalations.api.views.routes import RouteVersions, RouteViewSet
from escalations.api.views.solutions import SolutionActs, SolutionPartViewSet
from escalations.api.views.suggestions import TicketSuggestions
from escalations.api.views.webhooks import DeliveryViewSet, EndpointDeliveries, WebhookViewSet

router = SimpleRouter(use_regex_path=False)
router.register("sla-policies", PolicyViewSet, basename="sla-policy")
router.register("calendars", CalendarViewSet, basename="calendar")
router.register("clocks", ClockViewSet, basename="clock")
router.register("escalation-routes", RouteViewSet, basename="escalation-route")
router.register("tickets", ClockActs, basename="clock-acts")
router.register("escalations", EscalationViewSet, basename="escalation")
router.register("tickets", EscalatingActs, basename="escalating")
router.register("inquiries", InquiryViewSet, basename="inquiry")
router.register("inquiry-files", InquiryFileViewSet, basename="inquiry-file")
router.register("departments", DepartmentViewSet, basename="department")
router.register("inquiry-templates", TemplateViewSet, basename="inquiry-template")
router.register("investigations", InvestigationViewSet, basename="investigation")
router.register("tickets", InvestigationActs, basename="investigation-acts")
router.register("evidence", EvidenceViewSet, basename="evidence")
router.register("root-causes", RootCauseViewSet, basename="root-cause")
router.register("actions", ActionViewSet, basename="action")
router.register("problems", ProblemViewSet, basename="problem")
router.register("tickets", SolutionActs, basename="solution-acts")
router.register("solution-parts", SolutionPartViewSet, basename="solution-part")
router.register("webhooks", WebhookViewSet, basename="webhook")
router.register("webhook-deliveries", DeliveryViewSet, basename="webhook-delivery")

urlpatterns = [
    *router.urls,
    path(
        "webhooks/<int:id>/deliveries/",
        EndpointDeliveries.as_view({"get": "list"}),
        name="webhook-deliveries",
    ),
    path(
        "tickets/<int:ticket>/investigations/",
        TicketInvestigations.as_view({"get": "list"}),
        name="ticket-investigations",
    ),
    path(
        "problems/<int:id>/tickets/",
        ProblemTickets.as_view({"get": "list"}),
        name="problem-tickets",
    ),
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
    path(
        "tickets/<int:ticket>/inquiries/",
        TicketInquiries.as_view({"get": "list", "post": "create"}),
        name="ticket-inquiries",
    ),
    path("clock-board/", BoardView.as_view({"get": "retrieve"}), name="clock-board"),
    path("attainment/", AttainmentView.as_view({"get": "retrieve"}), name="attainment"),
    path(
        "escalation-routes/<int:id>/versions/",
        RouteVersions.as_view({"get": "list"}),
        name="escalation-route-versions",
    ),
    path(
        "tickets/<int:ticket>/suggestions/",
        TicketSuggestions.as_view({"get": "list"}),
        name="ticket-suggestions",
    ),
    path(
        "tickets/<int:ticket>/suggestions/<int:pk>/dismiss/",
        TicketSuggestions.as_view({"post": "dismiss"}),
        name="dismiss-suggestion",
    ),
]
