"""Connecting stores through both doors: who may, what is refused, and no secret anywhere."""

import json

import pytest
from django.db import connection as db
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from marketplaces.models import Connection, ConnectionEntry, Store
from tests.api.world import token_for
from tests.factories import MONDAY, make_user
from tests.marketplaces.connected import CANARY, CREDENTIALS, GATEWAY, make_connection
from tests.marketplaces.connected import make_exchanges as exchanges_of
from tests.marketplaces.http_server import Answer, running_server

pytestmark = pytest.mark.django_db

API = "/api/v1/stores/"
FORM = {"name": "Northvane Direct", "currency": "usd", "option_market": "US",
        "address_api": "https://api.shop.example",
        **{f"secret_{name}": value for name, value in CREDENTIALS.items()}}  # fmt: skip
BODY = {"marketplace": "shopify", "name": "Northvane Direct", "currency": "USD",
        "credentials": CREDENTIALS}  # fmt: skip


@pytest.fixture(autouse=True)
def _a_marketplace_to_connect(settings):
    settings.MARKETPLACE_GATEWAYS = {"shopify": GATEWAY}
    settings.MARKETPLACES_MAY_BE_PRIVATE = True


@pytest.fixture
def admin():
    return make_user(Role.ADMIN)


@pytest.fixture
def page(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def rest(client, admin):
    def call(path="", data=None, *, by=admin, **headers):
        headers |= {"authorization": f"Bearer {token_for(by)}"}
        path = path if path.startswith("/") else API + path
        if data is None:
            return client.get(path, headers=headers)
        return client.post(path, data, content_type="application/json", headers=headers)

    return call


def url(name, *args):
    return reverse(f"helpdesk:{name}", args=args)


def test_a_store_is_connected_by_page(page, admin):
    response = page.post(url("connect_store", "shopify"), FORM)

    connection = Connection.objects.get()
    assert response.status_code == 302
    assert connection.store.name == "Northvane Direct"
    assert connection.secret_names == ["client_id", "client_secret"]
    assert connection.record.get().actor == admin


def test_a_store_is_connected_over_rest(rest):
    response = rest("", BODY, **{"idempotency-key": "a"})

    assert response.status_code == 201
    shown = response.json()
    assert shown["state"] == "running"
    assert shown["connection"]["credentials"] == ["client_id", "client_secret"]
    assert shown["connection"]["addresses"]["api"] == "https://api.shop.example"
    assert CANARY not in response.content.decode()


def test_a_store_of_files_becomes_the_connected_one(rest):
    store = Store.objects.create(name="Northvane Direct", marketplace="shopify", currency="USD")

    assert rest("", BODY).json()["id"] == store.pk
    assert rest("", BODY).json()["code"] == "store_already_connected"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"credentials": {"client_id": "a"}}, "entry_missing"),
        ({"credentials": CREDENTIALS | {"other": "a"}}, "value_not_possible"),
        ({"credentials": CREDENTIALS | {"client_id": "x\x00y"}}, "validation_failed"),
        ({"addresses": {"api": "ftp://api.shop.example"}}, "address_not_possible"),
        ({"addresses": {"api": "https://u:p@api.shop.example"}}, "address_not_possible"),
        ({"addresses": {"api": "http://169.254.169.254/latest"}}, "address_not_possible"),
        ({"addresses": {"api": "https://api.shop.example/?a=b"}}, "address_not_possible"),
        ({"addresses": {"elsewhere": "https://a.example"}}, "value_not_possible"),
        ({"currency": "XXZ"}, "value_not_possible"),
        ({"name": " "}, "validation_failed"),
        ({"marketplace": "file"}, "validation_failed"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(rest, change, code):
    response = rest("", BODY | change)

    assert response.json()["code"] == code
    assert CANARY not in response.content.decode()
    assert not Connection.objects.exists()


def test_an_address_in_a_private_network_needs_permission(rest, settings):
    settings.MARKETPLACES_MAY_BE_PRIVATE = False
    for api in ("http://api.shop.example", "https://10.0.0.8", "https://[::1]:8443"):
        refused = rest("", BODY | {"addresses": {"api": api}}).json()
        assert refused["code"] == "address_not_possible"


def test_a_mistake_on_the_page_is_shown_where_it_is_and_no_secret_comes_back(page):
    response = page.post(url("connect_store", "shopify"), FORM | {"address_api": "ftp://x"})

    assert response.status_code == 422
    assert "Possible: https, http." in response.content.decode()
    assert CANARY not in response.content.decode()


PAGES = ("stores", "store", "exchanges")
FOR_ADMINS = ("change_store", "store_credentials")


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.ADMIN, True),
        (Role.MANAGER, True),
        (Role.TEAM_LEAD, False),
        (Role.AGENT, False),
        (Role.COMPLIANCE, False),
    ],
)
def test_managers_see_and_only_administrators_change(client, rest, role, sees):
    connection = make_connection()
    user = make_user(role)
    client.force_login(user)
    args = {"stores": ()}
    answers = [client.get(url(name, *args.get(name, (connection.store_id,)))) for name in PAGES]
    of_admins = [client.get(url(name, connection.store_id)) for name in FOR_ADMINS]
    of_admins.append(client.post(url("pause_store", connection.store_id), {"why": "x"}))
    client.logout()
    over_rest = [rest(by=user), rest(f"{connection.store_id}/", by=user),
                 rest(f"{connection.store_id}/exchanges/", by=user),
                 rest(f"{connection.store_id}/record/", by=user)]  # fmt: skip
    changing = rest(f"{connection.store_id}/resume/", {}, by=user)

    seen = {answer.status_code for answer in (*answers, *over_rest)}
    assert seen == {200 if sees else 403}
    is_admin = role == Role.ADMIN
    assert {answer.status_code == 403 for answer in of_admins} == {not is_admin}
    assert changing.status_code == (200 if is_admin else 403)


def test_credentials_are_replaced_and_the_record_names_them_only(page, rest):
    pk = make_connection().store_id
    page.post(url("store_credentials", pk), {"secret_client_secret": f"new-{CANARY}"})
    again = page.post(url("store_credentials", pk), {})
    shown = rest(f"{pk}/rotate-credentials/", {"credentials": {"client_id": f"id-{CANARY}"}})

    assert again.status_code == 422
    assert shown.status_code == 200
    assert Connection.objects.get().version == 3
    record = rest(f"{pk}/record/").json()["results"]
    assert [entry["about"] for entry in record] == ["client_id", "client_secret", ""]
    assert CANARY not in json.dumps(record)


def test_changes_are_recorded_with_before_and_after(page, rest):
    pk = make_connection().store_id
    form = {"name": "Northvane EU", "option_market": "DE",
            "address_api": "https://eu.shop.example"}  # fmt: skip
    assert page.post(url("change_store", pk), form).status_code == 302
    assert rest(f"{pk}/change/", {"name": "Northvane EU"}).json()["code"] == "nothing_changed"

    changes = ConnectionEntry.objects.order_by("pk").values_list("kind", "before", "after")[1:]
    assert set(changes) == {
        ("store.renamed", "Northvane Direct", "Northvane EU"),
        ("store.option", "US", "DE"),
        ("store.address", "https://api.shop.example", "https://eu.shop.example"),
    }


def test_a_pause_says_why_and_ends(page, rest):
    pk = make_connection().store_id
    assert page.post(url("pause_store", pk), {"why": " "}).status_code == 422
    assert page.post(url("pause_store", pk), {"why": "Key leaked"}).status_code == 302
    assert "Key leaked" in page.get(url("store", pk)).content.decode()
    assert rest(f"{pk}/").json()["state"] == "paused"
    assert rest(f"{pk}/pause/", {"why": "again"}).json()["code"] == "nothing_changed"
    assert page.post(url("resume_store", pk)).status_code == 302
    assert page.post(url("resume_store", pk)).status_code == 422
    assert rest(f"{pk}/").json()["state"] == "running"


@pytest.mark.django_db(transaction=True)
def test_a_test_says_who_we_are_and_which_rights_are_missing(page, rest):
    with running_server() as server:
        pk = make_connection(server.url).store_id
        found = {"account": "Northvane GmbH", "granted": ["orders"], "missing": ["disputes"]}
        server.script = [Answer(body={"access_token": "t"}), Answer(body=found)]
        assert page.post(url("test_store", pk)).status_code == 302
        shown = page.get(url("store", pk)).content.decode()
        assert "Northvane GmbH" in shown and "disputes" in shown
        server.script = [Answer(401, {"error": "invalid_client"})]
        check = rest(f"{pk}/test/", {}).json()["connection"]["check"]

    assert check["error"] == "orders: answered 401 Unauthorized (invalid_client)"
    assert [e.kind for e in ConnectionEntry.objects.all()].count("store.tested") == 2


def test_the_log_is_filtered_in_both_doors(page, rest):
    connection = make_connection()
    exchanges_of(connection)
    pk = connection.store_id

    def count(query):
        return page.get(url("exchanges", pk) + query).content.decode().count("<tr>") - 1

    assert [count(query) for query in ("", "?outcome=wrong", "?outcome=ok&operation=refund",
            "?operation=orders", "?since=2026-03-03T00:00", "?outcome=nonsense")] == [
        5, 3, 1, -1, -1, 5,
    ]  # fmt: skip
    results = rest(f"{pk}/exchanges/?outcome=refused").json()["results"]
    assert [row["status"] for row in results] == [422]
    assert rest(f"{pk}/exchanges/?outcome=odd").status_code == 400


def test_no_secret_and_nobody_is_shown_on_any_page_or_in_any_answer(page, rest, admin):
    connection = make_connection()
    exchanges_of(connection, at=MONDAY)
    pk = connection.store_id
    call = connection.store.exchanges.get(outcome="refused").pk
    pages = [page.get(url("stores")), page.get(url("exchange", call)),
             *(page.get(url(name, pk)) for name in (*PAGES[1:], *FOR_ADMINS))]  # fmt: skip
    answers = [rest(), rest(f"{pk}/"), rest(f"{pk}/exchanges/"), rest(f"{pk}/record/"),
               rest(f"/api/v1/exchanges/{call}/")]  # fmt: skip

    assert {answer.status_code for answer in (*pages, *answers)} == {200}
    said = [answer.content.decode() for answer in (*pages, *answers)]
    assert [text for text in said if CANARY in text or "Whitfield" in text] == []
    assert "112-5550001-1" in said[1]


def test_a_store_that_is_not_connected_has_a_page_and_cannot_be_tested(page, rest):
    store = Store.objects.create(name="Old shop", marketplace="file", currency="EUR")

    assert (
        "Orders of this store come in files." in page.get(url("store", store.pk)).content.decode()
    )
    assert page.get(url("exchanges", store.pk)).status_code == 200
    assert page.post(url("test_store", store.pk)).status_code == 404
    assert rest(f"{store.pk}/test/", {}).status_code == 404
    assert rest(f"{store.pk}/").json()["connection"] is None
    assert page.get(url("connect_store", "file")).status_code == 404


def test_pages_cost_the_same_however_much_there_is(page):
    def cost(*where):
        with CaptureQueriesContext(db) as queries:
            assert page.get(url(*where)).status_code == 200
        return len(queries)

    first = make_connection().store_id
    places = [("stores",), ("store", first), ("exchanges", first)]
    exchanges_of(Connection.objects.get(), at=timezone.now())
    before = [cost(*place) for place in places]
    for number in range(10):
        exchanges_of(make_connection(name=f"Store {number}"), at=timezone.now())
        exchanges_of(Connection.objects.get(store=first), at=timezone.now())

    assert [cost(*place) for place in places] == before
    assert max(before) <= 12
