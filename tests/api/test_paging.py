"""Lists come in pages that nothing shifts."""

from datetime import timedelta

import pytest

from helpdesk.models import Ticket
from helpdesk.queue import SORTS
from tests.api.routes import operations
from tests.escalations.hooks import make_endpoint
from tests.escalations.investigating import make_problem
from tests.escalations.making import make_route
from tests.escalations.plans import make_calendar, make_policy, target
from tests.factories import MONDAY, make_identity, make_ticket, make_user
from tests.marketplaces.connected import make_connection

pytestmark = pytest.mark.django_db

TICKETS = "/api/v1/tickets/"
LISTS = [o for o in operations() if o.is_list]
#: Whose list it is, where it is neither a ticket's nor a customer's.
OWNERS = {
    "calendars": make_calendar,
    "escalation-routes": make_route,
    "problems": lambda: make_problem(by=make_user("specialist")),
    "sla-policies": lambda: make_policy(targets=ONE),
    "stores": lambda: make_connection(by=make_user("admin")).store,
    "webhooks": make_endpoint,
}
ONE = {"first_reply": target(3600)}


def address_of(operation) -> str:
    """Return the address of a list that is there."""
    collection = operation.path.split("/")[3]
    if collection in OWNERS and "{id}" in operation.path:
        return operation.at(OWNERS[collection]().pk)
    return operation.about(make_ticket())


@pytest.fixture
def client(caller):
    return caller(make_user())


def _numbers(page: dict) -> list[int]:
    return [ticket["number"] for ticket in page["results"]]


def _all_pages(client, url: str, step: str = "next") -> list[list[int]]:
    pages = []
    while url:
        page = client.get(url).json()
        pages.append(_numbers(page))
        url = page[step]
    return pages


def _some_tickets(count: int) -> list[Ticket]:
    """Make tickets of which every third has no deadline, and some share one."""
    tickets = [make_ticket(at=MONDAY + timedelta(minutes=n % 4)) for n in range(count)]
    for n, ticket in enumerate(tickets):
        if n % 3:
            due_at = MONDAY + timedelta(hours=n % 2)
            Ticket.objects.filter(pk=ticket.pk).update(due_at=due_at)
    return tickets


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_every_order_shows_each_ticket_once_in_both_directions(client, sort, size):
    numbers = {ticket.pk for ticket in _some_tickets(7)}
    url = f"{TICKETS}?sort={sort}&page_size={size}"

    forward = _all_pages(client, url)
    last = client.get(url).json()
    while last["next"]:
        last = client.get(last["next"]).json()
    backward = [_numbers(last), *_all_pages(client, last["previous"], "previous")][::-1]

    flat = [number for page in forward for number in page]
    assert set(flat) == numbers
    assert len(flat) == len(numbers)
    assert [number for page in backward for number in page] == flat


@pytest.mark.parametrize("sort", ["newest", "oldest", "urgency", "updated"])
def test_a_ticket_that_arrives_between_two_pages_shifts_nothing(client, sort):
    _some_tickets(6)
    before = [n for page in _all_pages(client, f"{TICKETS}?sort={sort}") for n in page]

    first = client.get(f"{TICKETS}?sort={sort}&page_size=3").json()
    make_ticket(at=MONDAY + timedelta(hours=1))
    second = client.get(first["next"]).json()

    assert _numbers(first) + _numbers(second)[:3] == before


def test_a_list_of_nothing_is_an_empty_page(client):
    assert client.get(TICKETS).json() == {"next": None, "previous": None, "results": []}


def test_the_next_page_keeps_the_filter(client):
    for _ in range(3):
        make_ticket()
    make_ticket(priority=4)

    page = client.get(f"{TICKETS}?priority=normal&page_size=2").json()

    assert "priority=normal" in page["next"]
    assert len(_numbers(client.get(page["next"]).json())) == 1


@pytest.mark.parametrize("size", ["0", "-1", "201", "abc", "1.5", "9" * 40, "１２", "\x00"])
def test_a_page_size_that_is_not_possible_names_the_limits(client, size):
    response = client.get(TICKETS, {"page_size": size})

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "page_size"


@pytest.mark.parametrize("operation", LISTS, ids=str)
@pytest.mark.parametrize("cursor", ["nonsense", "a:b:c", ".eJw:1:x", "ü", "\x00", "x" * 9000])
def test_a_cursor_that_is_none_is_a_problem(operation, cursor, client):
    client.force_login(make_user("admin"))
    client.credentials()

    response = client.get(address_of(operation), {"cursor": cursor})

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "cursor"


def test_a_cursor_belongs_to_its_order(client):
    for _ in range(2):
        make_ticket()
    page = client.get(f"{TICKETS}?sort=newest&page_size=1").json()

    response = client.get(page["next"].replace("sort=newest", "sort=urgency"))

    assert response.status_code == 400
    assert response.json()["errors"][0]["code"] == "invalid_cursor"


@pytest.mark.parametrize("operation", LISTS, ids=str)
def test_a_parameter_nobody_knows_is_refused_with_those_that_are(operation, client):
    client.force_login(make_user("admin"))
    client.credentials()

    response = client.get(address_of(operation), {"colour": "red"})

    assert response.status_code == 400
    (entry,) = response.json()["errors"]
    assert (entry["field"], entry["code"]) == ("colour", "unknown_parameter")
    assert all(name in entry["detail"] for name in operation.parameters)


def test_customers_page_by_name(client):
    for name in ("Berta", "Anna", "Berta"):
        make_identity(name=name)
    names, url = [], "/api/v1/customers/?page_size=1"
    while url:
        page = client.get(url).json()
        names += [customer["name"] for customer in page["results"]]
        url = page["next"]

    assert names == ["Anna", "Berta", "Berta"]
