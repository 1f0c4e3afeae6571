"""Colleagues, teams, managed lists and orders, as they are read."""

import pytest

from accounts.models import Role
from helpdesk.models import Category, CustomerIdentity, ProductLine, Tag
from marketplaces.models import OrderLine, Shipment
from tests.api.world import make_order
from tests.factories import MONDAY, make_identity, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(caller):
    client = caller(make_user(full_name="Zoe Zander"))

    def get(path: str):
        response = client.get(f"/api/v1/{path}")
        assert response.status_code == 200, response.content
        return response.json()

    return get


def test_who_asks(caller):
    team = make_team("Front")
    user = make_user(team=team, full_name="Priya Raman", signature="Kind regards")

    shown = caller(user).get("/api/v1/users/me/").json()

    assert shown == {
        "id": user.pk,
        "full_name": "Priya Raman",
        "email": user.email,
        "role": "agent",
        "language": "en",
        "time_zone": "UTC",
        "is_active": True,
        "teams": [{"id": team.pk, "name": "Front"}],
        "signature": "Kind regards",
    }


def test_colleagues_are_found(read):
    team = make_team()
    priya = make_user(team=team, full_name="Priya Raman")
    make_user(Role.MANAGER, full_name="Tom Berg", is_active=False)

    def names(query: str) -> list[str]:
        return [user["full_name"] for user in read(f"users/?{query}")["results"]]

    assert names("") == ["Priya Raman", "Tom Berg", "Zoe Zander"]
    assert names("q=raman") == ["Priya Raman"]
    assert names("role=manager") == ["Tom Berg"]
    assert names(f"team={team.pk}") == ["Priya Raman"]
    assert names("is_active=true") == ["Priya Raman", "Zoe Zander"]
    shown = read(f"users/{priya.pk}/")
    assert shown["teams"][0]["id"] == team.pk
    assert "signature" not in shown
    assert "password" not in shown


def test_teams_come_with_their_tier(read):
    team = make_team("Billing", level=2)

    (shown,) = read("teams/")["results"]

    assert shown == read(f"teams/{team.pk}/")
    assert shown["tier"] == {"level": 2, "name": "Tier 2", "is_customer_facing": False}


def test_the_managed_lists_are_read_by_name(read):
    for name in ("Lost", "Damaged"):
        Category.objects.create(slug=name.lower(), name=name)
    ProductLine.objects.create(slug="coffee", name="Coffee")
    for name in ("lot 2611", "vip", "lot 2612"):
        Tag.objects.create(name=name)

    assert [row["slug"] for row in read("categories/")["results"]] == ["damaged", "lost"]
    assert read("product-lines/")["results"] == [{"slug": "coffee", "name": "Coffee"}]
    assert [row["name"] for row in read("tags/?q=LOT")["results"]] == ["lot 2611", "lot 2612"]


def test_orders_are_found_by_number_and_customer(read):
    order, customer = make_order("112-1"), make_identity().customer
    make_order("112-2")
    OrderLine.objects.create(order=order, number=1, sku="CM-9", title="Maker", item_minor=4900)
    Shipment.objects.create(order=order, carrier="DHL", tracking_number="JD01")
    CustomerIdentity.objects.create(
        customer=customer, kind="amazon", value="karen", buyer=order.buyer, linked_at=MONDAY
    )

    (shown,) = read("orders/?reference=112-1")["results"]

    assert shown == read(f"orders/{order.pk}/")
    assert (shown["store"], shown["marketplace"]) == ("Northvane", "amazon")
    assert shown["paid"] == {"amount": "49.00", "minor": 4900, "currency": "EUR"}
    assert shown["lines"][0]["sku"] == "CM-9"
    (parcel,) = shown["shipments"]
    assert (parcel["carrier"], parcel["tracking_number"]) == ("DHL", "JD01")
    assert (parcel["shipped_at"], parcel["events"]) == (None, [])
    assert len(read(f"orders/?customer={customer.pk}")["results"]) == 2
    assert read("orders/?customer=0")["results"] == []


@pytest.mark.parametrize("path", ["tags/", "categories/", "product-lines/", "orders/"])
def test_the_directory_is_not_written_here(caller, path):
    client = caller(make_user(Role.ADMIN))

    assert client.post(f"/api/v1/{path}", {"name": "X"}).status_code == 405
