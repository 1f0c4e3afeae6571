"""The report of an investigation: the page and the PDF say the same, in anybody's letters."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import Role
from escalations.investigation_reads import report_of
from escalations.report import report_content
from escalations.report_pdf import report_pdf
from escalations.services.evidence import quote_message, snapshot_order
from escalations.services.investigations import add_finding
from escalations.snapshot_words import snapshot_words
from helpdesk.models import Restriction, TimelineKind
from helpdesk.services.timeline import record
from tests.api.world import make_order
from tests.escalations.investigating import complete, investigate, make_action, make_cause
from tests.factories import MONDAY, customer_writes, make_ticket, make_user

pytestmark = pytest.mark.django_db

LETTERS = "Größe: Müller & Söhne, Łódź, Ελλάδα, Київ, “quoted” – € 12"
BEYOND = "壊れた \U0001f4a5 \x07"


@pytest.fixture
def boss():
    return make_user(Role.MANAGER, full_name="Ada Müller")


@pytest.fixture
def found(boss):
    ticket = make_ticket(order=make_order())
    found = investigate(ticket, by=boss, question=f"What broke? {LETTERS}")
    add_finding(found.pk, text=LETTERS, by=boss, at=MONDAY)
    add_finding(found.pk, text=BEYOND * 20, by=boss, at=MONDAY)
    quote_message(found.pk, message=customer_writes(ticket, LETTERS), by=boss, at=MONDAY)
    snapshot_order(found.pk, by=boss, at=MONDAY)
    make_action(by=boss, investigation=found)
    record(
        ticket, TimelineKind.INQUIRY_ASKED, by=boss, at=MONDAY,
        after="canary-4711", restriction=Restriction.LEGAL, asked_by=boss.pk,
    )  # fmt: skip
    return complete(found, cause=make_cause(by=boss), by=boss)


def words_of(report) -> str:
    said = [report.title, report.about, report.printed]
    for section in report.sections:
        said += [section.title, section.quote, section.nothing]
        said += [part for pair in section.pairs + section.lines for part in pair]
        said += [part for item in section.items for part in (item.mark, item.words, item.under)]
    return "\n".join(said)


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf))


def test_the_report_says_everything_with_full_dates(found, boss):
    said = words_of(report_content(report_of(found), reader=boss, at=MONDAY))

    for words in (LETTERS, "Ada Müller, 2026-03-02", "112-5550001-1", "SHA-256", "Carrier"):
        assert words in said
    assert "customer_message" not in said and "written_at" not in said


def test_nobody_prints_what_is_restricted_by_page_or_as_pdf(client, found):
    client.force_login(make_user(Role.COMPLIANCE))

    page = client.get(reverse("escalations:investigation_report", args=[found.pk]))
    content = report_content(report_of(found), reader=make_user(Role.COMPLIANCE), at=MONDAY)

    assert "canary-4711" not in page.content.decode()
    assert "canary-4711" not in words_of(content)


def test_the_pdf_carries_the_letters_of_europe_and_boxes_for_others(found, boss, caplog):
    report = report_content(report_of(found), reader=boss, at=MONDAY)

    pdf = report_pdf(report, language="de", at=MONDAY)

    (warning,) = [line.message for line in caplog.records if line.name.startswith("fpdf")]
    missing = set(re.findall(r"'(.)'", warning))
    assert "壊" in missing
    assert not missing & set(words_of(report)) - set(BEYOND)
    assert pdf.startswith(b"%PDF-") and b"/Lang (de)" in pdf and b"Helvetica" not in pdf


def test_a_long_story_goes_on_from_page_to_page(found, boss):
    short = pages_of(report_pdf(_content(found, boss), language="en", at=MONDAY))
    for count in range(60):
        add_finding(found.pk, text=f"Addendum {count}: {LETTERS * 9}", by=boss, at=MONDAY)

    pages = pages_of(report_pdf(_content(found, boss), language="en", at=MONDAY))

    assert pages > short + 4


def test_the_door_gives_a_file_in_the_readers_language(client, found, boss):
    client.force_login(boss)

    answer = client.get(
        reverse("escalations:investigation_pdf", args=[found.pk]), headers={"accept-language": "de"}
    )

    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert answer["Content-Disposition"] == f'attachment; filename="investigation-{found.pk}.pdf"'
    assert answer["Cache-Control"] == "private, no-store"


def test_a_kept_order_is_told_in_words_of_people():
    line = {
        "number": 1, "sku": "CM-9", "asin": "", "title": "Coffee maker", "quantity": 2,
        "item_minor": 12990, "shipping_minor": 0, "tax_minor": 1000,
    }  # fmt: skip
    kept = {
        "order": "112-1", "currency": "EUR", "paid_minor": 13990, "placed_at": None,
        "lines": [line], "shipments": [{"carrier": "UPS", "tracking_number": "1Z9"}],
    }  # fmt: skip

    assert snapshot_words(kept) == [
        ("Order", "112-1"),
        ("Currency", "EUR"),
        ("Paid", "€139.90"),
        ("Placed", "–"),
        ("Line 1", "2 × Coffee maker, CM-9: item €129.90, shipping €0.00, tax €10.00"),
        ("Shipment 1", "UPS, 1Z9"),
    ]


def _content(found, boss):
    with translation.override("en"):
        return report_content(report_of(found), reader=boss, at=MONDAY)
