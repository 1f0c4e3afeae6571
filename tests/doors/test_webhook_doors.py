"""Webhooks through both doors, and all the way out."""

import pytest
from django.urls import reverse

from accounts.models import Role
from escalations.models import WANTED, DeliveryState, WebhookDelivery, WebhookEndpoint
from escalations.services.webhook_outbox import secrets_of
from escalations.webhook_verifying import is_genuine
from tests.api.world import token_for
from tests.escalations.hooks import NOWHERE, make_delivery, make_endpoint
from tests.factories import MONDAY, make_ticket, make_user
from tests.webhook_receiver import running_receiver
from tests.workers import eventually, running_worker

API = "/api/v1/webhooks/"
SAID = {"name": "Warehouse", "url": NOWHERE, "events": ["ticket.opened"], "may_be_private": True}


@pytest.fixture
def admin(db):
    return make_user(Role.ADMIN)


@pytest.fixture
def page(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def rest(client, admin):
    return _Rest(client, token_for(admin))


class _Rest:
    def __init__(self, client, token):
        self.client, self.auth = client, {"authorization": f"Bearer {token}"}

    def get(self, path):
        return self.client.get(path, headers=self.auth)

    def post(self, path, data=None, **headers):
        return self.client.post(
            path, data or {}, content_type="application/json", headers=self.auth | headers
        )


def url_of(name, *args):
    return reverse(f"escalations:{name}", args=args)


def test_over_rest_the_secret_is_shown_once_and_in_no_repetition(rest):
    first = rest.post(API, SAID, **{"idempotency-key": "a"})
    again = rest.post(API, SAID, **{"idempotency-key": "a"})

    endpoint = WebhookEndpoint.objects.get()
    assert first.status_code == 201
    assert [first.json()["secret"]] == secrets_of(endpoint, at=MONDAY)
    assert again.json()["secret"] is None
    for path in (API, f"{API}{endpoint.pk}/"):
        assert first.json()["secret"] not in rest.get(path).content.decode()
        assert endpoint.seed not in rest.get(path).content.decode()


def test_in_the_page_too(page):
    made = page.post(url_of("new_webhook"), SAID)

    endpoint = WebhookEndpoint.objects.get()
    secret = secrets_of(endpoint, at=MONDAY)[0]
    assert secret in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    shown = page.get(url_of("webhook", endpoint.pk)).content.decode()
    assert secret not in shown
    assert "hmac.compare_digest" in shown


def test_both_doors_refuse_a_private_address_and_name_the_field(rest, admin):
    said = SAID | {"url": "https://10.0.0.8/", "may_be_private": False}

    over_rest = rest.post(API, said)
    rest.client.force_login(admin)
    del said["may_be_private"]
    in_page = rest.client.post(url_of("new_webhook"), said)

    problem = over_rest.json()
    assert (over_rest.status_code, problem["code"]) == (409, "address_not_possible")
    assert problem["reason"] == "address_is_private"
    assert problem["errors"][0]["field"] == "url"
    assert in_page.status_code == 422
    assert "url" in in_page.context["form"].errors
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.ADMIN}))
def test_both_doors_are_for_administrators(client, db, role):
    endpoint = make_endpoint()
    row = make_delivery(endpoint)
    user = make_user(role)
    rest = _Rest(client, token_for(user))
    of_one = f"{API}{endpoint.pk}/"
    for path in (API, of_one, f"{of_one}deliveries/", f"/api/v1/webhook-deliveries/{row.pk}/"):
        assert rest.get(path).status_code == 403
    acts = [f"{of_one}{verb}/" for verb in ("change", "ping", "rotate-secret", "deactivate")]
    for path in (API, *acts, f"/api/v1/webhook-deliveries/{row.pk}/replay/"):
        assert rest.post(path).status_code == 403

    client.force_login(user)
    for name, args in [("webhooks", ()), ("new_webhook", ()), ("webhook", (endpoint.pk,))]:
        assert client.get(url_of(name, *args)).status_code == 403
    for verb in ("ping", "rotate-secret", "deactivate", "activate", "resume"):
        assert client.post(url_of("act_on_webhook", endpoint.pk, verb)).status_code == 403
    assert client.post(url_of("replay_webhook", endpoint.pk, row.pk)).status_code == 403


def test_the_life_of_an_endpoint_over_rest(rest):
    pk = rest.post(API, SAID).json()["id"]
    one = f"{API}{pk}/"

    assert rest.post(f"{one}change/", {"name": "Carrier"}).json()["name"] == "Carrier"
    assert rest.post(f"{one}change/", {"name": "Carrier"}).json()["code"] == "nothing_changed"
    assert rest.post(f"{one}rotate-secret/").json()["secret"].startswith("whsec_")
    ping = rest.post(f"{one}ping/")
    assert (ping.status_code, ping.json()["state"]) == (201, "queued")
    replay = f"/api/v1/webhook-deliveries/{ping.json()['id']}/replay/"
    assert rest.post(replay).json()["code"] == "cannot_replay"
    assert rest.post(f"{one}deactivate/").json()["is_active"] is False
    assert rest.post(replay).json()["code"] == "endpoint_not_in_use"
    assert rest.post(f"{one}activate/").json()["is_active"] is True
    assert rest.post(f"{one}resume/").json()["code"] == "nothing_changed"
    again = rest.post(replay)
    assert (again.status_code, again.json()["replay_of"]) == (201, ping.json()["id"])
    listed = rest.get(f"{one}deliveries/?state=failed").json()["results"]
    assert [row["id"] for row in listed] == [ping.json()["id"]]
    assert rest.post(f"{API}999999/ping/").status_code == 404


def test_the_life_of_an_endpoint_in_the_page(page, admin):
    endpoint = make_endpoint(by=admin)
    old = make_delivery(endpoint)

    def act(verb):
        return page.post(url_of("act_on_webhook", endpoint.pk, verb)).status_code

    saved = page.post(url_of("webhook", endpoint.pk), SAID | {"name": "Carrier", "events": WANTED})
    assert saved.status_code == 302
    assert act("resume") == 422
    assert act("ping") == 302
    assert b"whsec_" in page.post(url_of("act_on_webhook", endpoint.pk, "rotate-secret")).content
    assert page.post(url_of("replay_webhook", endpoint.pk, old.pk)).status_code == 422
    assert act("deactivate") == 302
    assert act("activate") == 302
    assert page.post(url_of("replay_webhook", endpoint.pk, old.pk)).status_code == 302
    assert WebhookDelivery.objects.filter(replay_of=old, endpoint__name="Carrier").exists()
    other = make_endpoint(by=admin)
    assert page.post(url_of("replay_webhook", other.pk, old.pk)).status_code == 404
    assert page.post(url_of("act_on_webhook", endpoint.pk, "eat")).status_code == 302


def test_the_log_costs_the_same_at_one_row_and_at_fifty(page, admin, django_assert_max_num_queries):
    endpoint = make_endpoint(by=admin)
    for _ in range(60):
        make_delivery(endpoint)

    with django_assert_max_num_queries(12):
        shown = page.get(url_of("webhook", endpoint.pk))

    assert len(shown.context["page"].rows) == 50
    assert shown.context["page"].next_cursor


@pytest.mark.django_db(transaction=True)
def test_what_happens_here_arrives_there_without_any_beat():
    with running_receiver() as receiver, running_worker():
        endpoint = make_endpoint(receiver.url, events=["ticket.opened"])
        ticket = make_ticket()

        delivery = eventually(
            lambda: WebhookDelivery.objects.filter(state=DeliveryState.DELIVERED).first()
        )

    request = receiver.received[0]
    secret = secrets_of(endpoint, at=MONDAY)[0]
    stamp = int(request.headers["recourse-signature"].partition(",")[0].removeprefix("t="))
    assert is_genuine(secret, request.headers["recourse-signature"], request.body, stamp)
    assert f'"number":{ticket.pk}'.encode() in request.body
    assert (len(receiver.received), delivery.attempts) == (1, 1)
