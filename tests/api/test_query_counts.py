"""A list costs the same number of queries at one row and at fifty."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from accounts.services.tokens import create_token
from escalations.models import (
    BusinessCalendar,
    EscalationRoute,
    Problem,
    RootCause,
    RouteSuggestion,
    SLAEvent,
    SLAPolicy,
    WebhookEndpoint,
)
from escalations.services.calendars import change_calendar
from escalations.services.policies import change_policy
from escalations.services.problems import link_tickets
from escalations.services.routes import change_route
from helpdesk.models import (
    BulkItem,
    BulkJob,
    Category,
    CustomerIdentity,
    ProductLine,
    Tag,
    TicketFollower,
    TicketLink,
)
from helpdesk.services.attachments import Upload
from helpdesk.services.conversation import add_note
from helpdesk.services.saved_views import save_view
from helpdesk.services.triage import add_tag
from marketplaces.models import Connection, ConnectionKind, OrderLine, Shipment
from marketplaces.services.connection_record import record
from tests.api.world import make_order
from tests.escalations.hooks import make_delivery, make_endpoint
from tests.escalations.investigating import investigate, make_action, make_problem
from tests.escalations.making import make_clock, make_route
from tests.escalations.plans import draft, make_calendar, make_policy, target
from tests.factories import MONDAY, make_identity, make_reply, make_team, make_ticket, make_user
from tests.marketplaces.connected import GATEWAY, make_connection, make_exchanges

pytestmark = pytest.mark.django_db

#: The token with its person, the rows, and what is loaded beside them.
MOST = {"tickets/": 3, "customers/": 3, "teams/": 2}
USUAL = 8


def _ticket(n, world):
    ticket = make_ticket(team=make_team(), priority=1 + n % 4, order=make_order(f"order {n}"))
    add_tag(ticket.pk, name=f"tag {n}", by=world["admin"], at=MONDAY)


def _message(n, world):
    make_reply(world["ticket"], by=world["admin"])
    file = Upload("a.txt", "text/plain", b"1")
    add_note(world["ticket"].pk, text="x", by=world["admin"], at=MONDAY, uploads=[file])


def _customer(n, world):
    customer = make_identity().customer
    CustomerIdentity.objects.create(
        customer=customer, kind="ebay", value=f"buyer {n}", linked_at=MONDAY
    )


def _order(n, world):
    order = make_order(f"order {n}")
    OrderLine.objects.create(order=order, number=1, sku="CM-9", title="Maker", item_minor=4900)
    Shipment.objects.create(order=order, tracking_number="JD01")


def _link(n, world):
    TicketLink.objects.create(source=world["ticket"], target=make_ticket(), created_at=MONDAY)


def _follower(n, world):
    TicketFollower.objects.create(ticket=world["ticket"], user=make_user(), since=MONDAY)


def _saved_view(n, world):
    conditions = {"all": [{"field": "status", "operator": "is", "value": "open"}]}
    save_view(name=f"View {n}", conditions=conditions, by=world["admin"], at=MONDAY)


def _bulk_job(n, world):
    job = BulkJob.objects.create(act="solve", requested_by=world["admin"], requested_at=MONDAY)
    BulkItem.objects.create(job=job, ticket=world["ticket"])


def _bulk_item(n, world):
    jobs = BulkJob.objects.filter(requested_by=world["admin"])
    job = jobs.first() or BulkJob.objects.create(
        pk=1, act="solve", requested_by=world["admin"], requested_at=MONDAY
    )
    BulkItem.objects.create(job=job, ticket=make_ticket())


def _calendar_version(n, world):
    calendar = BusinessCalendar.objects.first() or make_calendar(by=world["admin"])
    change_calendar(calendar.pk, plan={"zone": f"Etc/GMT-{n % 14}"}, by=world["admin"], at=MONDAY)


def _policy_version(n, world):
    policy = SLAPolicy.objects.first() or make_policy(by=world["admin"])
    note = {"draft": draft(targets={"first_reply": target(60 + n)}), "note": f"Note {n}"}
    change_policy(policy.pk, **note, by=world["admin"], at=MONDAY)


def _suggestion(n, world):
    route = make_route(f"Suggested {n}")
    RouteSuggestion.objects.create(
        ticket=world["ticket"], route=route, version=route.current, made_at=MONDAY
    )


def _route_version(n, world):
    route = EscalationRoute.objects.first() or make_route()
    change_route(route.pk, accept_after=n, note=f"Note {n}", by=make_user("manager"), at=MONDAY)


def _action(n, world):
    owner = make_user()
    make_action(problem=make_problem(by=world["admin"]), owner=owner, by=world["admin"])


def _linked_ticket(n, world):
    problem = Problem.objects.first()
    link_tickets(problem.pk, tickets=[make_ticket().pk], by=world["admin"], at=MONDAY)


def _delivery(n, world):
    make_delivery(WebhookEndpoint.objects.first())


def _failing_step(n, world):
    clock = make_clock(make_ticket())
    SLAEvent.objects.create(
        clock=clock, kind="breach", step="breach", at=MONDAY, recorded_at=MONDAY,
        attempts=2, next_attempt_at=MONDAY, error="ValueError: no",
    )  # fmt: skip


def _connected(name):
    return make_connection(name=name)


def _entry_about_a_store(n, world):
    record(Connection.objects.first(), ConnectionKind.TESTED, by=world["admin"], at=MONDAY)


GROWING = {
    "tickets/": _ticket,
    "tickets/?sort=urgency": _ticket,
    "tickets/?q=coffee&status=new&unassigned=true": _ticket,
    "tickets/{ticket}/messages/": _message,
    "tickets/{ticket}/timeline/": _message,
    "tickets/{ticket}/links/": _link,
    "tickets/{ticket}/followers/": _follower,
    "tickets/{ticket}/mentionable/": lambda n, world: make_user(team=make_team()),
    "saved-views/": _saved_view,
    "bulk-jobs/": _bulk_job,
    "bulk-jobs/1/items/": _bulk_item,
    "customers/": _customer,
    "orders/": _order,
    "calendars/": lambda n, world: make_calendar(f"Calendar {n}"),
    "calendars/{calendar}/versions/": _calendar_version,
    "sla-policies/": lambda n, world: make_policy(f"P{n}", conditions={"team": [make_team().pk]}),
    "sla-policies/{policy}/versions/": _policy_version,
    "escalation-routes/": lambda n, world: make_route(),
    "escalation-routes/{route}/versions/": _route_version,
    "tickets/{ticket}/suggestions/": _suggestion,
    "investigations/": lambda n, world: investigate(make_ticket(), by=world["admin"]),
    "tickets/{ticket}/investigations/": lambda n, world: investigate(
        world["ticket"], by=world["admin"]
    ),
    "root-causes/": lambda n, world: RootCause.objects.create(name=f"Cause {n}"),
    "actions/": _action,
    "problems/": lambda n, world: make_problem(by=world["admin"], tickets=[make_ticket().pk]),
    "problems/{problem}/tickets/": _linked_ticket,
    "failing-steps/": _failing_step,
    "webhooks/": lambda n, world: make_endpoint(by=make_user(Role.ADMIN)),
    "webhooks/{webhook}/deliveries/": _delivery,
    "stores/": lambda n, world: _connected(f"Store {n}"),
    "stores/{store}/exchanges/": lambda n, world: make_exchanges(Connection.objects.first()),
    "stores/{store}/record/": _entry_about_a_store,
    "users/": lambda n, world: make_user(team=make_team()),
    "teams/": lambda n, world: make_team(),
    "tags/": lambda n, world: Tag.objects.create(name=f"tag {n}"),
    "categories/": lambda n, world: Category.objects.create(slug=f"c{n}", name=f"C{n}"),
    "product-lines/": lambda n, world: ProductLine.objects.create(slug=f"p{n}", name=f"P{n}"),
    "tokens/": lambda n, world: create_token(world["admin"], name="x", scopes=["read"], at=MONDAY),
}


@pytest.fixture(autouse=True)
def _a_marketplace_to_connect(settings):
    settings.MARKETPLACE_GATEWAYS = {"shopify": GATEWAY}


@pytest.mark.parametrize("path", GROWING)
def test_a_list_costs_the_same_at_one_row_and_at_fifty(caller, path):
    admin = make_user(Role.ADMIN)
    world = {"admin": admin, "ticket": make_ticket()}
    client = caller(admin)
    if path == "tokens/":
        client.credentials()
        client.force_login(admin)
    address = "/api/v1/" + path.format(
        ticket=world["ticket"].pk,
        problem=make_problem(by=admin).pk if "{problem}" in path else 0,
        calendar=make_calendar("First").pk if "{calendar}" in path else 0,
        policy=make_policy("First").pk if "{policy}" in path else 0,
        route=make_route("First").pk if "{route}" in path else 0,
        store=_connected("First").store_id if "{store}" in path else 0,
        webhook=make_endpoint(by=admin).pk if "{webhook}" in path else 0,
    )
    client.get(address)

    GROWING[path](0, world)
    at_one = _queries(client, address)
    for n in range(1, 50):
        GROWING[path](n, world)
    at_fifty = _queries(client, address)

    assert at_fifty[0] == at_one[0] <= MOST.get(path, USUAL)
    assert at_fifty[1] >= 50 > at_one[1] >= 1


def _queries(client, address: str) -> tuple[int, int]:
    """Return how many queries a list took, and how many rows it gave."""
    joint = "&" if "?" in address else "?"
    with CaptureQueriesContext(
        connection,
    ) as queries:
        rows = client.get(f"{address}{joint}page_size=200").json()["results"]
    return len(queries), len(rows)
