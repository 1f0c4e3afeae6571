"""Credentials: encrypted at rest, replaced at once, kept by nobody who has no key."""

import base64
import secrets
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection as db
from django.utils import timezone

from marketplaces import vault
from marketplaces.models import Connection, KeptText
from marketplaces.services.connections import rotate_credentials
from marketplaces.vault import CannotDecrypt, seal, unseal
from marketplaces.wire.opening import open_gateway
from tests.concurrency import while_uncommitted
from tests.factories import MONDAY
from tests.marketplaces.connected import CANARY, CREDENTIALS
from tests.marketplaces.http_server import Answer

pytestmark = pytest.mark.django_db(transaction=True)


def rows_as_bytes() -> str:
    """Every row of every table of ours, as the database would write it into a dump."""
    with db.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        written = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            written += [row for (row,) in cursor.fetchall()]
    return "\n".join(written)


def rotate(connection, **credentials):
    return rotate_credentials(
        connection.store_id, credentials=credentials, by=connection.connected_by, at=MONDAY
    )


def test_no_row_of_the_database_holds_a_credential_or_a_token(gateway, server):
    server.script = [Answer(body={"access_token": f"tok-{CANARY}"}), Answer()]
    gateway.check()

    assert server.seen[1]["headers"]["authorization"] == f"Bearer tok-{CANARY}"
    assert KeptText.objects.count() == 1
    assert CANARY not in rows_as_bytes()


def test_a_sealed_text_opens_for_its_owner_only():
    sealed = seal({"a": "b"}, owner="store:1")

    assert unseal(sealed, owner="store:1") == {"a": "b"}
    with pytest.raises(CannotDecrypt):
        unseal(sealed, owner="store:2")
    with pytest.raises(CannotDecrypt):
        unseal("gAAAAnonsense", owner="store:1")


def test_without_the_key_nothing_opens(settings, connection):
    settings.CREDENTIAL_KEYS = [secrets.token_urlsafe(32)]
    with pytest.raises(CannotDecrypt), open_gateway(connection.store_id):
        pass


@pytest.mark.parametrize("keys", [[], ["short"], ["x" * 100], [CANARY * 6]])
def test_what_is_no_key_is_said_without_saying_it(settings, keys):
    settings.CREDENTIAL_KEYS = keys
    with pytest.raises(ImproperlyConfigured) as wrong:
        seal({}, owner="store:1")

    assert CANARY not in str(wrong.value)


def test_a_new_key_takes_over(settings, connection, capsys):
    old, new = settings.CREDENTIAL_KEYS[0], secrets.token_urlsafe(32)
    settings.CREDENTIAL_KEYS = [new, old]
    call_command("reencrypt_credentials")
    settings.CREDENTIAL_KEYS = [new]

    with open_gateway(connection.store_id) as gateway:
        assert dict(gateway.access.credentials) == CREDENTIALS
    assert "1 encrypted" in capsys.readouterr().out


def test_the_next_call_of_an_open_gateway_uses_the_new_credentials(gateway, connection, server):
    server.script = [Answer(body={"access_token": "first"}), Answer(),
                     Answer(body={"access_token": "second"}), Answer()]  # fmt: skip
    gateway.check()
    rotate(connection, client_secret="another-secret")
    gateway.check()

    assert b"another-secret" in server.seen[2]["body"]
    assert CREDENTIALS["client_id"].encode() in server.seen[2]["body"]
    assert server.seen[3]["headers"]["authorization"] == "Bearer second"


def test_a_token_is_fetched_once_and_again_when_it_ended_or_was_forgotten(gateway, server):
    server.script = [Answer(body={"access_token": str(n)}) for n in range(3)]
    assert [gateway.token(), gateway.token()] == ["0", "0"]

    KeptText.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert gateway.token() == "1"
    gateway.wire.forget("access")
    assert gateway.token() == "2"


def test_a_kept_token_of_another_store_does_not_open(gateway, server):
    server.script = [Answer(body={"access_token": "mine"}), Answer(body={"access_token": "new"})]
    gateway.token()
    KeptText.objects.update(sealed=seal({"text": "stolen"}, owner="store:0:access"))

    assert gateway.token() == "new"


def test_two_who_replace_different_credentials_at_once_both_succeed(connection):
    while_uncommitted(
        lambda: rotate(connection, client_id="new-id"),
        lambda: rotate(connection, client_secret="new-secret"),
    )

    row = Connection.objects.get()
    opened = unseal(row.sealed, owner=row.owner)
    assert opened == {"client_id": "new-id", "client_secret": "new-secret"}
    assert row.version == 3


def test_keys_are_read_with_and_without_padding():
    key = secrets.token_urlsafe(32)
    vault.read_key(key)
    vault.read_key(f" {key}= ")
    vault.read_key(base64.b64encode(b"\xff" * 32).decode())
