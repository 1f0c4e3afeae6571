"""Handing a case up from its ticket, and what the ticket then shows."""

import pytest
from django.urls import reverse
from django.utils import timezone

from escalations.models import Escalation, EscalationState
from tests.escalations.contracts import WORDS, into, make_stage
from tests.escalations.making import REASON, make_escalation, make_route
from tests.factories import make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db
QUESTIONS = [
    {"key": "lot", "label": "Which lot?", "kind": "text", "choices": [], "is_required": True},
    {"key": "worth", "label": "What is it worth?", "kind": "money", "choices": [],
     "is_required": True},
    {"key": "photo", "label": "Is there a photo?", "kind": "yes_no", "choices": [],
     "is_required": False},
]  # fmt: skip


@pytest.fixture
def stage():
    return make_stage(questions=[])


def sign_in(client, user):
    client.force_login(user)
    return client


def show(client, name, *args, **params):
    return client.get(reverse(f"escalations:{name}", args=args), params)


def do(client, case, verb, **said):
    return client.post(reverse("escalations:case_act", args=[case.pk, verb]), said)


@pytest.fixture
def front():
    return make_team("Home and kitchen")


@pytest.fixture
def mara(client, front):
    user = make_user(team=front, full_name="Mara Lindqvist")
    client.force_login(user)
    return user


def escalate(client, ticket, way, **said):
    address = reverse("escalations:escalate", args=[ticket.pk])
    return client.post(address, {"route": way.pk} | said)


def test_an_agent_hands_a_case_up_and_goes_back_to_the_ticket(client, mara, front):
    ticket, route = make_ticket(team=front), make_route("Glass", questions=QUESTIONS)
    prefix = f"route{route.pk}"
    page = show(client, "escalate", ticket.pk).content.decode()
    assert "Glass" in page and "Which lot?" in page and 'aria-required="true"' in page

    answer = escalate(client, ticket, route, reason=REASON, **{
        f"{prefix}-lot": "2611", f"{prefix}-worth": "12.50", f"{prefix}-worth_currency": "eur",
        f"{prefix}-photo": "no",
    })  # fmt: skip

    assert answer.status_code == 302
    case = Escalation.objects.get()
    assert (case.first_agent, case.reason) == (mara, REASON)
    worth = {"minor": 1250, "currency": "EUR"}
    assert case.facts == {"lot": "2611", "worth": worth, "photo": False}
    page = client.get(answer.url).content.decode()
    assert "Waits to be accepted" in page and "Open the case" in page
    key = page.index('data-key="e"')
    assert "Open the case" in page[key : key + 60], "The key opens the case; it goes up once."


def test_a_missing_fact_is_named_at_its_field_and_no_word_is_lost(client, mara, front):
    ticket, route = make_ticket(team=front), make_route(questions=QUESTIONS)

    answer = escalate(client, ticket, route, reason=REASON, **{
        f"route{route.pk}-worth": "a lot", f"route{route.pk}-worth_currency": "EUR",
    })  # fmt: skip

    page = answer.content.decode()
    assert answer.status_code == 422
    assert not Escalation.objects.exists()
    assert "This must be said: Which lot" in page and "“a lot” is not an amount" in page
    assert 'value="a lot"' in page and REASON in page


def test_everything_that_is_missing_is_named_at_once(client, mara, front):
    ticket, route = make_ticket(team=front), make_route(questions=QUESTIONS)

    page = escalate(client, ticket, route, reason="short").content.decode()

    assert "Say it in 10 letters" in page
    assert "This must be said: Which lot" in page and "This must be said: What is it" in page


@pytest.mark.parametrize(
    ("said", "words"),
    [({"reason": "short"}, "Say it in 10 letters"), ({"route": ""}, "Choose where it goes")],
)
def test_what_is_refused_is_said_in_place(client, mara, front, said, words):
    ticket, route = make_ticket(team=front), make_route()

    answer = escalate(client, ticket, route, **({"reason": REASON} | said))

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_who_escalates_twice_joins(client, mara, front):
    ticket, route = make_ticket(team=front), make_route()
    make_escalation(ticket, route=route, by=mara)

    assert "What you add here joins it" in show(client, "escalate", ticket.pk).content.decode()
    escalate(client, ticket, route, reason=REASON)

    assert Escalation.objects.count() == 1


def test_what_was_missing_stands_on_the_ticket(client, stage):
    into(stage, EscalationState.ACCEPTED)
    do(sign_in(client, stage["specialist"]), stage.escalation, "send-back", reason=WORDS,
       missing="The lot number")  # fmt: skip

    sign_in(client, stage["first_agent"])
    page = client.get(reverse("helpdesk:ticket", args=[stage.escalation.ticket_id]))

    assert "The lot number" in page.content.decode() and "Escalate again" in page.content.decode()


def test_a_fresh_escalation_is_undone_with_one_click(client, mara, front):
    ticket = make_ticket(team=front)
    case = make_escalation(ticket, by=mara, at=timezone.now())
    page = client.get(reverse("helpdesk:ticket", args=[ticket.pk])).content.decode()
    assert "Escalated by mistake" in page

    do(client, case, "withdraw", reason="Escalated by mistake, taken back at once.")

    assert Escalation.objects.get().state == EscalationState.WITHDRAWN
    ticket.refresh_from_db()
    assert ticket.team == front


def test_the_view_of_escalated_tickets_holds_mine_and_what_i_follow(client, mara, front):
    mine, other = make_ticket(team=front), make_ticket(team=front)
    make_escalation(mine, by=mara)
    make_escalation(other, by=make_user(team=front))
    make_ticket(team=front)

    page = client.get(reverse("helpdesk:queue"), {"view": "escalated"})

    assert [row.pk for row in page.context["page"].rows] == [mine.pk]
