"""Every marketplace that can be connected: its form, its rates, its addresses."""

import pytest
from django.conf import settings

from helpdesk.store_forms import ConnectForm
from marketplaces.gateways.base import Capability
from marketplaces.services.entries import complete_addresses, plain_fields, secret_fields
from marketplaces.wire.opening import gateway_class

KINDS = sorted(settings.MARKETPLACE_GATEWAYS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_store_of_every_kind_has_a_form_with_all_its_entries(kind):
    gateway = gateway_class(kind)
    form = ConnectForm(gateway)

    shown = {field.name for field in (*form.secrets, *form.plain, *form.addresses)}
    fields = {f"secret_{one.name}" for one in secret_fields(gateway)}
    fields |= {f"option_{one.name}" for one in plain_fields(gateway)}
    assert shown == fields | {f"address_{name}" for name in gateway.addresses}
    assert "password" in form.secrets[0].as_widget()


@pytest.mark.parametrize("kind", KINDS)
def test_every_rate_is_possible_and_says_where_it_stands(kind):
    gateway = gateway_class(kind)

    assert gateway.capabilities <= set(Capability)
    for operation, rate in gateway.rates.items():
        assert 0 < rate.per_second < 1000, operation
        assert rate.burst >= 1, operation
        assert rate.source, operation


@pytest.mark.parametrize("kind", KINDS)
def test_its_own_addresses_are_public_and_secure(kind):
    gateway = gateway_class(kind)
    needed = {name: "https://shop.example" for name, own in gateway.addresses.items() if not own}

    addresses = complete_addresses(gateway, needed)

    assert all(url.startswith("https://") for url in addresses.values())
