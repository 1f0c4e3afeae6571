"""Evidence that can be checked: files, links, quoted messages and orders."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from accounts.models import Role
from escalations.canonical import canonical_json, digest_of
from escalations.services import evidence as proof
from escalations.services.evidence import LinkNotPossible, NotOfThisTicket, Verdict, verify
from helpdesk.services.attachments import AttachmentRefused, Upload
from marketplaces.models import OrderLine, Shipment
from tests.api.world import make_order
from tests.escalations.investigating import investigate
from tests.factories import MONDAY, customer_writes, make_note, make_ticket, make_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def specialist():
    return make_user(Role.SPECIALIST)


@pytest.fixture
def ticket():
    return make_ticket()


@pytest.fixture
def investigation(ticket, specialist):
    return investigate(ticket, by=specialist)


def test_a_file_is_kept_with_its_digest_and_a_changed_or_lost_one_is_found_out(
    investigation, specialist
):
    kept = proof.add_file(
        investigation.pk,
        upload=Upload("../photo.jpg", "image/jpeg", b"a door"),
        source="UPS, event 90312",
        by=specialist,
        at=MONDAY,
    )

    assert kept.sha256 == hashlib.sha256(b"a door").hexdigest()
    assert (kept.file_name, kept.size) == ("photo.jpg", 6)
    assert verify(kept) == Verdict.UNCHANGED
    with default_storage.open(kept.file.name, "wb") as file:
        file.write(b"another door")
    assert verify(kept) == Verdict.CHANGED
    default_storage.delete(kept.file.name)
    assert verify(kept) == Verdict.GONE


def test_a_file_too_large_is_refused_as_an_attachment_is(investigation, specialist, settings):
    settings.ATTACHMENT_MAX_BYTES = 3
    with pytest.raises(AttachmentRefused):
        proof.add_file(
            investigation.pk, upload=Upload("a", "", b"1234"), source="us", by=specialist, at=MONDAY
        )


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "ftp://ups.example/a", "https://", "//ups.example", "ups.example",
        "https://u:p@ups.example", "https://[", "https://ups.example/a b",
        "https://x.example/" + "a" * 500,
    ],
)  # fmt: skip
def test_a_link_leads_to_an_address_of_the_web(investigation, specialist, url):
    with pytest.raises(LinkNotPossible):
        proof.add_link(investigation.pk, url=url, title="Scan", by=specialist, at=MONDAY)


def test_a_link_has_no_digest(investigation, specialist):
    kept = proof.add_link(
        investigation.pk, url=" https://ups.example/90312 ", title="Scan", by=specialist, at=MONDAY
    )

    assert (kept.url, kept.source, kept.sha256) == ("https://ups.example/90312", "ups.example", "")
    assert verify(kept) == Verdict.NONE


def test_a_quoted_message_is_kept_as_it_was(investigation, ticket, specialist):
    message = customer_writes(ticket, "The camera shows nobody.")

    kept = proof.quote_message(investigation.pk, message=message, by=specialist, at=MONDAY)

    assert kept.snapshot["text"] == "The camera shows nobody."
    assert kept.sha256 == digest_of(kept.snapshot)
    kept.refresh_from_db()
    assert verify(kept) == Verdict.UNCHANGED
    with pytest.raises(NotOfThisTicket):
        proof.quote_message(
            investigation.pk, message=make_note(make_ticket()), by=specialist, at=MONDAY
        )


def test_an_order_is_kept_as_it_stood_whatever_becomes_of_it(specialist):
    order = make_order()
    OrderLine.objects.create(order=order, number=1, sku="CM-9", title="Maker", item_minor=4900)
    Shipment.objects.create(order=order, carrier="UPS", tracking_number="1Z9")
    investigation = investigate(make_ticket(order=order), by=specialist)

    kept = proof.snapshot_order(investigation.pk, by=specialist, at=MONDAY)
    order.status, order.refunded_minor = "delivered", 4900
    order.save()
    later = proof.snapshot_order(investigation.pk, by=specialist, at=MONDAY + HOUR)

    kept.refresh_from_db()
    assert (kept.snapshot["status"], later.snapshot["status"]) == ("shipped", "delivered")
    assert kept.snapshot["lines"][0]["sku"] == "CM-9"
    assert kept.snapshot["shipments"] == [{"carrier": "UPS", "tracking_number": "1Z9"}]
    assert verify(kept) == Verdict.UNCHANGED
    assert kept.sha256 != later.sha256


def test_an_order_of_somebody_else_is_no_evidence(investigation, specialist):
    with pytest.raises(NotOfThisTicket):
        proof.snapshot_order(investigation.pk, by=specialist, at=MONDAY)
    with pytest.raises(NotOfThisTicket):
        proof.snapshot_order(investigation.pk, order=make_order("x"), by=specialist, at=MONDAY)


def test_canonical_json_has_one_way_to_be_written():
    assert canonical_json({"b": [1, "é"], "a": None}) == '{"a":null,"b":[1,"é"]}'.encode()
    assert digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})
    with pytest.raises(TypeError):
        canonical_json({"a": [{"b": 0.1}]})
