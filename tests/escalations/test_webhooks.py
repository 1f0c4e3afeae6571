"""Endpoints of webhooks: who may, which addresses, and their secrets."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from accounts.services.values import NameNotPossible, NothingChanged, ValueNotPossible
from escalations.models import WANTED, DeliveryState, WebhookDelivery, WebhookEndpoint
from escalations.services.webhook_log import CannotReplay, EndpointNotInUse, ping, replay
from escalations.services.webhook_outbox import secrets_of
from escalations.services.webhooks import (
    OVERLAP,
    AddressNotPossible,
    EventsNotPossible,
    activate_endpoint,
    change_endpoint,
    create_endpoint,
    deactivate_endpoint,
    resume_endpoint,
    rotate_secret,
)
from tests.escalations.hooks import (
    NOWHERE,
    make_delivery,
    make_endpoint,
    make_endpoint_with_secret,
    told,
)
from tests.factories import MONDAY, make_ticket, make_user

PUBLIC = {"url": "https://hooks.partner.example/in", "resolve": lambda host, port: ["1.1.1.1"]}


@pytest.fixture
def admin(db):
    return make_user(Role.ADMIN)


def test_an_endpoint_and_its_secret(admin):
    endpoint, secret = create_endpoint(
        name="  Ware house ",
        events=["ticket.solved", "ticket.opened"],
        by=admin,
        at=MONDAY,
        **PUBLIC,
    )

    assert (endpoint.name, endpoint.url) == ("Ware house", PUBLIC["url"])
    assert endpoint.events == ["ticket.opened", "ticket.solved"]
    assert secrets_of(endpoint, at=MONDAY) == [secret]
    stored = WebhookEndpoint.objects.values().get()
    assert not any(secret in str(value) for value in stored.values())


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.ADMIN}))
def test_only_administrators_manage_webhooks(admin, role):
    other, endpoint = make_user(role), make_endpoint(by=admin)
    about = {"by": other, "at": MONDAY}
    for act in (
        lambda: create_endpoint(name="A", events=WANTED, **PUBLIC, **about),
        lambda: change_endpoint(endpoint.pk, name="B", **about),
        lambda: rotate_secret(endpoint.pk, **about),
        lambda: deactivate_endpoint(endpoint.pk, **about),
        lambda: activate_endpoint(endpoint.pk, **about),
        lambda: resume_endpoint(endpoint.pk, **about),
        lambda: ping(endpoint.pk, **about),
        lambda: replay(make_delivery(endpoint).pk, **about),
    ):
        with pytest.raises(PermissionDenied):
            act()


@pytest.mark.parametrize(
    ("url", "places", "reason"),
    [
        ("https://10.0.0.8/", None, "address_is_private"),
        ("https://localhost/", None, "address_is_private"),
        ("https://2130706433/", None, "address_is_private"),
        ("https://127.1/", None, "address_is_private"),
        ("https://partner.example/", ["93.184.216.34", "192.168.0.1"], "address_is_private"),
        ("https://partner.example/", [], "host_not_found"),
        ("https://a..b/", None, "host_not_found"),
        ("http://partner.example/", ["93.184.216.34"], "address_not_secure"),
        ("https://me:pass@partner.example/", ["93.184.216.34"], "address_with_user"),
    ],
)
def test_an_address_inside_is_refused_when_it_is_saved(admin, url, places, reason):
    said = {} if places is None else {"resolve": lambda host, port: places}

    with pytest.raises(AddressNotPossible) as refused:
        create_endpoint(name="A", url=url, events=WANTED, by=admin, at=MONDAY, **said)

    assert refused.value.field == "url"
    assert refused.value.extra["reason"] == reason


def test_what_an_endpoint_needs(admin):
    for said, violation in [
        ({"name": " "}, NameNotPossible),
        ({"events": []}, EventsNotPossible),
        ({"events": ["ticket.eaten"]}, ValueNotPossible),
        ({"events": ["webhook.ping"]}, ValueNotPossible),
    ]:
        with pytest.raises(violation):
            create_endpoint(
                **({"name": "A", "events": WANTED, **PUBLIC} | said), by=admin, at=MONDAY
            )


def test_changing_an_endpoint(admin):
    endpoint = make_endpoint(by=admin)
    said = {"by": admin, "at": MONDAY}

    changed = change_endpoint(endpoint.pk, name="Carrier", events=["sla.breached"], **said)

    assert (changed.name, changed.events, changed.url) == ("Carrier", ["sla.breached"], NOWHERE)
    with pytest.raises(NothingChanged):
        change_endpoint(endpoint.pk, name="Carrier", **said)
    with pytest.raises(AddressNotPossible):
        change_endpoint(endpoint.pk, may_be_private=False, **said)


def test_the_secret_before_signs_for_another_day(admin):
    endpoint, first = make_endpoint_with_secret(by=admin)

    second = rotate_secret(endpoint.pk, by=admin, at=MONDAY)

    endpoint.refresh_from_db()
    assert secrets_of(endpoint, at=MONDAY) == [second, first]
    assert secrets_of(endpoint, at=MONDAY + OVERLAP) == [second]


def test_out_of_use_gives_up_what_waits_and_hears_of_nothing(admin):
    endpoint = make_endpoint(by=admin)
    waiting = make_delivery(endpoint)

    deactivate_endpoint(endpoint.pk, by=admin, at=MONDAY)
    make_ticket()

    waiting.refresh_from_db()
    assert waiting.state == DeliveryState.FAILED
    assert told() == [waiting]
    for act in (
        lambda: ping(endpoint.pk, by=admin, at=MONDAY),
        lambda: replay(waiting.pk, by=admin, at=MONDAY),
    ):
        with pytest.raises(EndpointNotInUse):
            act()
    with pytest.raises(NothingChanged):
        deactivate_endpoint(endpoint.pk, by=admin, at=MONDAY)
    activate_endpoint(endpoint.pk, by=admin, at=MONDAY)
    make_ticket()
    assert len(told()) == 2


def test_a_replay_is_a_delivery_of_its_own_that_says_the_same(admin):
    old = make_delivery(make_endpoint(by=admin))
    with pytest.raises(CannotReplay):
        replay(old.pk, by=admin, at=MONDAY)
    WebhookDelivery.objects.update(state=DeliveryState.DELIVERED, delivered_at=MONDAY)

    first, second = (replay(old.pk, by=admin, at=MONDAY) for _ in range(2))

    assert len({old.pk, first.pk, second.pk}) == 3
    assert (first.body, first.source, first.replay_of) == (old.body, old.source, old)
    old.delete()
    first.refresh_from_db()
    assert (first.replay_of, first.is_replay) == (None, True)
