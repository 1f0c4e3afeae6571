"""Inquiries through both doors: the same rules, said at the field."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from escalations.models import Inquiry, InquiryLetter, InquiryState
from escalations.services.inquiry_letters import send_letter
from escalations.services.inquiry_links import PER_LINK, make_link
from tests.api.conftest import caller  # noqa: F401
from tests.escalations.inquiring import (
    FACTS,
    QUESTION,
    make_department,
    make_inquiry,
    make_inquiry_template,
)
from tests.factories import make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team("Home and kitchen")


@pytest.fixture
def amara(team):
    return make_user(Role.SPECIALIST, team=team, full_name="Amara Osei")


@pytest.fixture
def ticket(team):
    return make_ticket(team=team)


@pytest.fixture
def asked(ticket, amara):
    return make_inquiry(
        ticket, department=make_department("Logistics"), by=amara, questions=FACTS,
        asks_approval=True, at=timezone.now(),
    )  # fmt: skip


def link_to(inquiry) -> str:
    return reverse("escalations:inquiry_link", args=[make_link(inquiry, at=timezone.now())])


def test_a_page_asks_by_template_and_the_ticket_shows_it(client, ticket, amara):
    template = make_inquiry_template(make_department("Logistics"), is_blocking=True)
    client.force_login(amara)
    address = reverse("escalations:ask", args=[ticket.pk]) + f"?template={template.pk}"
    assert QUESTION in client.get(address).content.decode()

    sent = client.post(address, {"question": QUESTION, "hours": "4", "is_blocking": "on"})

    assert sent.status_code == 302, sent.content
    page = client.get(reverse("helpdesk:ticket", args=[ticket.pk])).content.decode()
    assert "Logistics: May we ship again" in page
    assert "Nothing may be promised until Logistics has answered." in page


def test_a_question_that_is_too_short_is_refused_at_its_field(client, ticket, amara):
    client.force_login(amara)
    address = reverse("escalations:ask", args=[ticket.pk])

    sent = client.post(
        f"{address}?department={make_department().pk}", {"question": "Why?", "hours": "4"}
    )

    assert sent.status_code == 422
    assert "Ask in 10 to 5000 characters." in sent.content.decode()


def test_rest_asks_answers_and_shows(caller, ticket, amara):  # noqa: F811
    dana = make_user()
    department = make_department("Logistics", members=[dana.pk])
    body = {"department": department.pk, "question": QUESTION, "questions": FACTS}
    made = caller(amara).post(f"/api/v1/tickets/{ticket.pk}/inquiries/", body)
    assert made.status_code == 201, made.content
    address = f"/api/v1/inquiries/{made.json()['id']}/answer/"

    missing = caller(dana).post(address, {"text": "Yes."})
    given = caller(dana).post(address, {"facts": {"cost_centre": "4711"}, "text": "Yes."})

    assert missing.status_code == 400
    assert missing.json()["errors"][0]["field"] == "facts.cost_centre"
    assert given.status_code == 200, given.content
    assert given.json()["answer"]["facts"] == {"cost_centre": "4711"}
    assert caller(amara).post(address, {"text": "No."}).json()["code"] == "inquiry_is_over"


def test_a_blocked_reply_is_refused_through_both_doors(client, caller, ticket, amara):  # noqa: F811
    make_inquiry(ticket, department=make_department("Logistics"), by=amara, is_blocking=True)
    ticket.refresh_from_db()
    said = {"text": "A new one leaves.", "last_seen_event": ticket.last_event}

    rest = caller(amara).post(f"/api/v1/tickets/{ticket.pk}/reply/", said)
    client.force_login(amara)
    page = client.post(
        reverse("helpdesk:reply", args=[ticket.pk]),
        {"text": "A new one leaves.", "seen": ticket.last_event},
    )

    assert (rest.status_code, rest.json()["code"]) == (409, "nothing_may_be_promised")
    assert page.status_code == 422
    assert "A new one leaves." in page.content.decode(), "The words are given back."


def test_the_link_answers_without_an_account(client, asked):
    address = link_to(asked)
    page = client.get(address)
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]
    assert "<script" not in page.content.decode().split("<body")[1]

    refused = client.post(address, {"decision": "approve", "name": "Rosa"})
    done = client.post(
        address,
        {
            "decision": "approve", "name": "Rosa", "fact-cost_centre": "4711",
            "fact-amount": "12.50", "fact-amount_currency": "eur",
        },
    )  # fmt: skip

    assert refused.status_code == 422
    assert "This must be said: Cost centre." in refused.content.decode()
    assert (done.status_code, done.url) == (302, reverse("escalations:inquiry_answered"))
    asked.refresh_from_db()
    assert asked.state == InquiryState.ANSWERED
    assert asked.answer.facts["amount"] == {"minor": 1250, "currency": "EUR"}


def test_whatever_is_over_looks_alike(client, asked):
    used = link_to(asked)
    client.post(used, {"decision": "deny", "name": "Rosa", "fact-cost_centre": "1"})

    over, unknown = client.get(used), client.get("/inquiry/never-was/")

    assert over.status_code == unknown.status_code == 404
    assert over.content == unknown.content
    assert "ask whoever sent it for a new link" in over.content.decode()


def test_too_many_requests_of_a_link_are_refused(client, asked):
    address = link_to(asked)

    statuses = [client.get(address).status_code for _ in range(PER_LINK + 1)]

    assert statuses == [200] * PER_LINK + [429]


def test_the_letter_has_a_working_link_and_not_the_question(client, asked):
    for letter in InquiryLetter.objects.all():
        send_letter(letter.pk, at=timezone.now())
        send_letter(letter.pk, at=timezone.now())

    (letter,) = mail.outbox
    assert letter.to == ["dallas@northvane.example"]
    assert QUESTION not in str(letter.message())
    path = next(word for word in letter.body.split() if "/inquiry/" in word).split("/", 3)[3]
    assert QUESTION in client.get(f"/{path}").content.decode()


def test_a_template_is_made_with_its_facts(client):
    department = make_department("Logistics")
    client.force_login(make_user(Role.MANAGER))
    address = reverse("escalations:new_template", args=[department.pk])

    sent = client.post(
        address,
        {
            "name": "Ship again", "question": QUESTION, "hours": "8", "is_active": "on",
            "label-0": "By whom?", "kind-0": "choice", "choices-0": "UPS, FedEx",
            "required-0": "on",
        },
    )  # fmt: skip

    assert sent.status_code == 302, sent.content
    (fact,) = department.templates.get().fields
    assert fact["choices"] == ["UPS", "FedEx"]


@pytest.mark.parametrize("role", [Role.AGENT, Role.SPECIALIST, Role.TEAM_LEAD])
def test_who_may_not_manage_departments(client, caller, role):  # noqa: F811
    person = make_user(role)
    client.force_login(person)

    assert client.get(reverse("escalations:departments")).status_code == 403
    assert caller(person).post("/api/v1/departments/", {"name": "X"}).status_code == 403


@pytest.mark.parametrize("count", [1, 12])
def test_the_inbox_costs_the_same_however_long(
    client, ticket, count, django_assert_max_num_queries
):
    dana = make_user()
    department = make_department(members=[dana.pk])
    for _ in range(count):
        make_inquiry(ticket, department=department)
    client.force_login(dana)

    with django_assert_max_num_queries(14):
        page = client.get(reverse("escalations:inquiries")).content.decode()

    assert page.count("May we ship again") == count
    assert Inquiry.objects.count() == count
