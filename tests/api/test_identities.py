"""Identities over REST: linked, taken back, and everything on one axis."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from helpdesk.models import CustomerIdentity, IdentityEntry
from tests.api.world import make_order
from tests.factories import make_identity, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db
LINK = {"evidence": "same telephone", "confidence": "0.80"}


@pytest.fixture
def client(caller):
    return caller(make_user(team=make_team()))


@pytest.fixture
def karen():
    return make_identity("karen@mail.example").customer


@pytest.fixture
def alias():
    return make_identity("kw@other.example", name="K. W.")


def at(customer, name: str = "") -> str:
    return f"/api/v1/customers/{customer.pk}/{name}"


def test_an_identity_is_linked_and_taken_back_and_both_are_on_record(client, karen, alias):
    linked = client.post(at(karen, "link-identity/"), LINK | {"identity": alias.pk})
    emptied = client.get(at(alias.customer)).json()
    back = client.post(at(karen, "unlink-identity/"), {"entry": linked.json()["id"]})

    assert (linked.status_code, back.status_code) == (201, 201)
    assert emptied["moved_to"] == [{"id": karen.pk, "name": karen.name}]
    history = client.get(at(karen, "history/")).json()["results"]
    assert [entry["undoes"] for entry in history] == [linked.json()["id"], None]
    assert history[1]["undone_by"] == history[0]["id"]
    assert CustomerIdentity.objects.get(pk=alias.pk).customer == alias.customer


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"evidence": " "}, 400),
        ({"confidence": "0"}, 400),
        ({"confidence": "1.01"}, 400),
        ({"confidence": "0.333"}, 400),
        ({"confidence": "NaN"}, 400),
        ({"identity": 2**62}, 400),
        ({"to": 1}, 400),
    ],
    ids=str,
)
def test_a_link_that_cannot_be_leaves_nothing(client, karen, alias, change, status):
    body = LINK | {"identity": alias.pk} | change

    assert client.post(at(karen, "link-identity/"), body).status_code == status
    assert not IdentityEntry.objects.exists()


def test_what_the_rules_forbid_is_a_409(client, karen, alias):
    own = client.post(at(alias.customer, "link-identity/"), LINK | {"identity": alias.pk})
    linked = client.post(at(karen, "link-identity/"), LINK | {"identity": alias.pk}).json()
    client.post(at(karen, "unlink-identity/"), {"entry": linked["id"]})
    twice = client.post(at(karen, "unlink-identity/"), {"entry": linked["id"]})

    assert (own.status_code, own.json()["code"]) == (409, "cannot_link_identity")
    assert (twice.status_code, twice.json()["code"]) == (409, "cannot_unlink_identity")


def test_a_link_is_not_taken_back_from_a_customer_it_does_not_concern(client, karen, alias):
    linked = client.post(at(karen, "link-identity/"), LINK | {"identity": alias.pk}).json()
    third = make_identity().customer

    answer = client.post(at(third, "unlink-identity/"), {"entry": linked["id"]})

    assert answer.status_code == 404
    assert CustomerIdentity.objects.get(pk=alias.pk).customer == karen


def test_compliance_reads_and_links_nothing(caller, karen, alias):
    client = caller(make_user(Role.COMPLIANCE))

    body = LINK | {"identity": alias.pk}
    assert client.post(at(karen, "link-identity/"), body).status_code == 403
    assert client.get(at(karen, "identities/")).json()["results"][0]["is_counted"] is True
    assert not IdentityEntry.objects.exists()


def test_the_axis_can_be_narrowed_to_a_channel(client, karen):
    identity = karen.identities.get()
    make_ticket("By mail", identity=identity)
    identity.buyer = make_order().buyer
    identity.save()

    everything = client.get(at(karen, "axis/")).json()
    amazon = client.get(at(karen, "axis/"), {"channel": "amazon"}).json()

    assert [event["kind"] for event in everything["events"]] == ["ticket", "order"]
    assert everything["channels"] == ["amazon", "email"]
    assert [event["kind"] for event in amazon["events"]] == ["order"]
    assert amazon["totals"]["paid"][0]["amount"] == "49.00"
    assert client.get(at(karen, "axis/"), {"channel": "fax"}).status_code == 400


def test_the_axis_holds_nothing_the_reader_may_not_see(client, karen):
    make_ticket("Hidden", identity=karen.identities.get(), team=make_team())

    shown = client.get(at(karen, "axis/"))

    assert shown.json()["events"] == []
    assert shown.json()["totals"]["tickets"] == 0


@pytest.mark.parametrize("name", ["axis/", "history/", "identities/"])
def test_nothing_costs_more_with_fifty_rows(client, karen, name):
    def grow(number: int):
        other = make_identity(f"k{number}@mail.example")
        client.post(at(karen, "link-identity/"), LINK | {"identity": other.pk})
        make_ticket(identity=CustomerIdentity.objects.get(pk=other.pk))

    grow(0)
    at_one = _queries(client, at(karen, name))
    for number in range(1, 50):
        grow(number)

    assert _queries(client, at(karen, name)) == at_one <= 5


def _queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_corrections_are_told_newest_first_with_who_and_what_it_was(client, karen):
    client.patch(at(karen), {"name": "Karen W."}, content_type="application/json")
    client.post(at(karen, "set-tags/"), {"tags": ["vip"]}, content_type="application/json")

    told = client.get(at(karen, "corrections/")).json()["results"]

    assert [(one["field"], one["before"], one["after"]) for one in told] == [
        ("tags", "", "vip"),
        ("name", "Karen Whitfield", "Karen W."),
    ]
    assert all(one["by"] and one["at"] for one in told)
