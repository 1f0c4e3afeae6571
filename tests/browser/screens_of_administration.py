"""Screens of those who run the place: people, policies, routes and webhooks."""

from accounts.services.hours import set_working_hours
from accounts.services.skills import set_skills
from accounts.week import Block
from escalations.models import DeliveryState, WebhookDelivery, WebhookEndpoint
from escalations.services.suggesting import evaluate
from tests.browser.screens import Screen
from tests.escalations.hooks import make_delivery, make_endpoint
from tests.escalations.making import make_route
from tests.escalations.plans import level, make_calendar, make_policy, target
from tests.factories import (
    MONDAY,
    make_ticket,
)


def screens_of_people(*, admin, lead, team) -> list[Screen]:
    set_working_hours(lead.pk, blocks=[Block(0, 480, 720)], by=admin, at=MONDAY)
    set_skills(lead.pk, skills=[("Refunds", 4)], by=admin, at=MONDAY)
    sections = ["", "?edit=facts", "?edit=hours", "?edit=teams", "?edit=skills", "?edit=leave"]
    return [
        Screen("people:people"),
        Screen("people:people", query="?q=nobody-like-it"),
        *(Screen("people:person", (lead.pk,), section) for section in sections),
        Screen("people:teams", query=f"?edit=team-{team.pk}"),
        Screen("people:teams", query=f"?edit=tier-{team.tier_id}"),
        Screen("people:invite"),
    ]


def screens_of_policies(*, admin, team) -> list[Screen]:
    calendar = make_calendar(by=admin, country="DE", region="NW")
    warnings = [{"percent": 75, "recipients": ["assignee", {"team": team.pk}]}]
    levels = [level(3600, acts=[{"assign_to": "nobody"}, {"raise_priority": "urgent"}])]
    reply = target(time="business", warnings=warnings, levels=levels)
    policy = make_policy(by=admin, calendar=calendar.pk, targets={"first_reply": reply})
    rows = {"policy": (policy.pk,), "calendar": (calendar.pk,)}
    return [
        *(Screen(f"escalations:{name}") for name in ("policies", "calendars")),
        *(Screen(f"escalations:new_{name}") for name in rows),
        *(Screen(f"escalations:{name}", args) for name, args in rows.items()),
        *(Screen(f"escalations:{name}_versions", args) for name, args in rows.items()),
    ]


def screens_of_routes(*, team) -> list[Screen]:
    """A route with groups and a question, and a ticket it is suggested for."""
    words = {"field": "words", "operator": "contains_any", "value": ["cracked", "lawyer"]}
    late = {"field": "clock", "operator": "late", "value": ["resolution"]}
    asked = [{"key": "amount", "label": "How much is claimed?", "kind": "money"}]
    route = make_route("Claim risk", criteria={"all": [words, {"any": [words, late]}]},
                       questions=asked)  # fmt: skip
    ticket = make_ticket(team=team)
    evaluate(ticket.pk, at=MONDAY)
    return [
        Screen("escalations:routes"),
        Screen("escalations:new_route"),
        Screen("escalations:route", (route.pk,)),
        Screen("escalations:route_versions", (route.pk,)),
        Screen("helpdesk:ticket", (ticket.pk,)),
    ]


def screens_of_webhooks(*, admin) -> list[Screen]:
    endpoint = make_endpoint(by=admin)
    for state in DeliveryState.values:
        delivered_at = MONDAY if state == DeliveryState.DELIVERED else None
        row = WebhookDelivery.objects.filter(pk=make_delivery(endpoint).pk)
        row.update(state=state, delivered_at=delivered_at, attempts=1, answer="Broken")
    paused = make_endpoint(by=admin, name="Paused")
    WebhookEndpoint.objects.filter(pk=paused.pk).update(paused_at=MONDAY, failures=50)
    return [
        Screen("escalations:webhooks"),
        Screen("escalations:new_webhook"),
        Screen("escalations:webhook", (endpoint.pk,)),
        Screen("escalations:webhook", (endpoint.pk,), "?state=failed"),
        Screen("escalations:webhook", (paused.pk,)),
    ]
