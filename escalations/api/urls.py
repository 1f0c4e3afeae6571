"""Addresses of the clocks in the REST door."""

from django.urls import path

from escalations.api.views.attainment import AttainmentView
from escalations.api.views.board import BoardView
from escalations.api.views.calendars import CalendarVersions, CalendarViewSet
from escalations.api.views.clocks import ClockActs, ClockViewSet, TicketClocks
from escalations.api.views.departments import DepartmentViewSet, TemplateViewSet
from escalations.api.views.escalations import EscalatingActs, EscalationViewSet
from escalations.api.views.evidence import ActionViewSet, EvidenceViewSet
from escalations.api.views.failing_steps import FailingStepViewSet
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
from helpdesk.api.addresses import addresses_of, addresses_of_lists

RESOURCES = {
    "sla-policy": ("sla-policies", PolicyViewSet),
    "calendar": ("calendars", CalendarViewSet),
    "clock": ("clocks", ClockViewSet),
    "failing-step": ("failing-steps", FailingStepViewSet),
    "escalation-route": ("escalation-routes", RouteViewSet),
    "clock-acts": ("tickets", ClockActs),
    "escalation": ("escalations", EscalationViewSet),
    "escalating": ("tickets", EscalatingActs),
    "inquiry": ("inquiries", InquiryViewSet),
    "inquiry-file": ("inquiry-files", InquiryFileViewSet),
    "department": ("departments", DepartmentViewSet),
    "inquiry-template": ("inquiry-templates", TemplateViewSet),
    "investigation": ("investigations", InvestigationViewSet),
    "investigation-acts": ("tickets", InvestigationActs),
    "evidence": ("evidence", EvidenceViewSet),
    "root-cause": ("root-causes", RootCauseViewSet),
    "action": ("actions", ActionViewSet),
    "problem": ("problems", ProblemViewSet),
    "solution-acts": ("tickets", SolutionActs),
    "solution-part": ("solution-parts", SolutionPartViewSet),
    "webhook": ("webhooks", WebhookViewSet),
    "webhook-delivery": ("webhook-deliveries", DeliveryViewSet),
}
LISTS = {
    "webhook-deliveries": ("webhooks/<int:id>/deliveries", EndpointDeliveries),
    "problem-tickets": ("problems/<int:id>/tickets", ProblemTickets),
    "sla-policy-versions": ("sla-policies/<int:id>/versions", PolicyVersions),
    "calendar-versions": ("calendars/<int:id>/versions", CalendarVersions),
    "escalation-route-versions": ("escalation-routes/<int:id>/versions", RouteVersions),
    "ticket-investigations": ("tickets/<int:ticket>/investigations", TicketInvestigations),
    "ticket-clocks": ("tickets/<int:ticket>/clocks", TicketClocks),
    "ticket-suggestions": ("tickets/<int:ticket>/suggestions", TicketSuggestions),
}

urlpatterns = [
    *addresses_of(RESOURCES),
    *addresses_of_lists(LISTS),
    path(
        "tickets/<int:ticket>/inquiries/",
        TicketInquiries.as_view({"get": "list", "post": "create"}),
        name="ticket-inquiries",
    ),
    path("clock-board/", BoardView.as_view({"get": "retrieve"}), name="clock-board"),
    path("attainment/", AttainmentView.as_view({"get": "retrieve"}), name="attainment"),
    path(
        "tickets/<int:ticket>/suggestions/<int:pk>/dismiss/",
        TicketSuggestions.as_view({"post": "dismiss"}),
        name="dismiss-suggestion",
    ),
]
