"""The queue of escalations and a case, in pages that need no script."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import TeamMembership
from escalations.models import EscalationState
from escalations.services.accepting import accept
from escalations.services.ending import complete
from helpdesk.models import Ticket
from helpdesk.services.lifecycle import solve_ticket
from tests.escalations.contracts import WORDS, into, make_stage, promise
from tests.escalations.making import REASON, make_escalation, make_route, make_specialist
from tests.factories import MONDAY, customer_writes, make_reply, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db
QUEUE_MAY_COST, CASE_MAY_COST, TICKET_MAY_COST = 15, 40, 20


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


def words_of(page) -> str:
    """The page without what a script reads: the sheet of keys."""
    return page.content.decode().split('id="shortcuts"')[0]


def test_the_queue_shows_cases_where_they_stand(client, stage):
    into(stage, EscalationState.ACCEPTED)
    promise(tier=2)
    waiting = make_escalation(make_ticket("Waiting matter", team=stage.front),
                              route=stage.escalation.version.route)  # fmt: skip
    page = show(sign_in(client, stage["specialist"]), "cases").content.decode()

    assert page.index("Waiting to be accepted") < page.index("With you")
    assert "Waiting matter" in page and f"{waiting.ticket_id}" in page
    page = show(sign_in(client, stage["member"]), "cases").content.decode()
    assert "With colleagues" in page and "With you" not in page.split("<tbody")[1]
    assert 'class="lanes"' in show(client, "cases", **{"as": "board"}).content.decode()


def test_the_queue_is_narrowed_by_the_address(client, stage):
    sign_in(client, stage["member"])
    route = stage.escalation.version.route
    subject = stage.escalation.ticket.subject

    assert subject in show(client, "cases", route=route.pk).content.decode()
    assert subject in show(client, "cases", state="waiting", team=stage.tier.pk).content.decode()
    page = show(client, "cases", state="sent_back").content.decode()
    assert "No case fits" in page


def test_a_stranger_sees_neither_queue_nor_case(client, stage):
    sign_in(client, stage["other_agent"])

    assert "No case runs" in show(client, "cases").content.decode()
    assert show(client, "case", stage.escalation.pk).status_code == 404
    assert do(client, stage.escalation, "accept").status_code == 404


def test_a_colleague_of_the_first_team_reads_the_contract_but_not_the_conversation(client, stage):
    customer_writes(stage.escalation.ticket, "My secret telephone number")

    page = show(sign_in(client, stage["colleague"]), "case", stage.escalation.pk)

    assert REASON in page.content.decode()
    assert "My secret telephone number" not in page.content.decode()
    queue = show(client, "cases", case=stage.escalation.pk).content.decode()
    assert "My secret telephone number" not in queue


def test_a_specialist_pulls_the_next_case(client, stage):
    sign_in(client, stage["specialist"])

    answer = client.post(reverse("escalations:take_next"))

    assert answer.url == reverse("escalations:case", args=[stage.escalation.pk])
    assert stage.now().specialist == stage["specialist"]
    assert "Yours now" in client.get(answer.url).content.decode()
    again = client.post(reverse("escalations:take_next"), follow=True).content.decode()
    assert "No case waits that you could take." in again


ROUND_TRIP = [
    ("specialist", "accept", {}, EscalationState.ACCEPTED),
    ("specialist", "send-back", {"reason": WORDS, "missing": "Lot"}, EscalationState.SENT_BACK),
    ("first_agent", "resubmit", {"reason": WORDS}, EscalationState.WAITING),
    ("member", "send-back", {"reason": WORDS}, EscalationState.FOR_DECISION),
    ("lead", "decide", {"decision": "insist", "reason": WORDS}, EscalationState.WAITING),
    ("member", "accept", {}, EscalationState.ACCEPTED),
    ("member", "hand-over", {"to": "specialist", "reason": WORDS}, EscalationState.ACCEPTED),
    ("specialist", "complete", {"resolution": WORDS, "outcome": "partly", "give_back": "on"},
     EscalationState.COMPLETED),
]  # fmt: skip


def test_every_act_goes_round_without_a_script(client, stage):
    for name, verb, said, state in ROUND_TRIP:
        sign_in(client, stage[name])
        assert show(client, "case_act", stage.escalation.pk, verb).status_code == 200
        answer = do(client, stage.escalation, verb,
                    **{k: stage[v].pk if k == "to" else v for k, v in said.items()})  # fmt: skip
        assert (answer.status_code, stage.now().state) == (302, state), verb

    case = stage.now()
    assert (case.outcome, case.specialist) == ("partly", stage["specialist"])
    assert case.ticket.team == stage.front


def test_withdrawing_goes_round_too(client, stage):
    sign_in(client, stage["first_agent"])
    do(client, stage.escalation, "withdraw", reason=WORDS)
    assert stage.now().state == EscalationState.WITHDRAWN


@pytest.mark.parametrize(
    ("verb", "words"),
    [("send-back", "Say it in 10 letters"), ("accept", "has accepted this already")],
)
def test_refused_acts_change_nothing(client, stage, verb, words):
    into(stage, EscalationState.ACCEPTED)
    sign_in(client, stage["specialist"])

    answer = do(client, stage.escalation, verb, reason="no")

    assert stage.now().state == EscalationState.ACCEPTED
    assert answer.status_code == 422 and words in answer.content.decode()


def test_the_first_agent_learns_how_it_ended(client, stage):
    accept(stage.escalation.pk, by=stage["specialist"], at=MONDAY)
    complete(stage.escalation.pk, resolution="Lot 2611 was glued cold.", by=stage["specialist"],
             at=MONDAY, give_back=True)  # fmt: skip
    sign_in(client, stage["first_agent"])

    ticket = client.get(reverse("helpdesk:ticket", args=[stage.escalation.ticket_id]))
    assert "Lot 2611 was glued cold." in ticket.content.decode()
    assert "Lot 2611 was glued cold." in show(client, "my_cases").content.decode()


def test_similar_solved_cases_are_shown_to_who_may_see_them(client, stage):
    ticket = stage.escalation.ticket
    alike, hidden = (make_ticket(ticket.subject, team=make_team()) for _ in range(2))
    for one in (alike, hidden):
        agent = make_user(team=one.team)
        make_reply(one, by=agent)
        solve_ticket(one.pk, by=agent, at=MONDAY)
    TeamMembership.objects.create(user=stage["specialist"], team=alike.team)
    into(stage, EscalationState.ACCEPTED)

    page = show(sign_in(client, stage["specialist"]), "case", stage.escalation.pk)

    assert [one.pk for one in page.context["similar"]] == [alike.pk]


@pytest.mark.parametrize("case_count", [1, 50])
def test_the_queue_costs_the_same_for_one_case_and_for_fifty(
    client, case_count, django_assert_max_num_queries
):
    front, tier = make_team(), make_team(level=2)
    promise(tier=2)
    route, agent = make_route(team=tier, questions=[]), make_user(team=front)
    for number in range(case_count):
        case = make_escalation(make_ticket(team=front), route=route, by=agent)
        if number % 3 == 1:
            accept(case.pk, by=make_specialist(tier), at=MONDAY + timedelta(minutes=1))
    sign_in(client, make_specialist(tier))

    with django_assert_max_num_queries(QUEUE_MAY_COST) as counted:
        assert show(client, "cases").status_code == 200
    assert len(counted) == 13


def test_a_case_costs_the_same_however_long_its_story(client, stage, django_assert_max_num_queries):
    into(stage, EscalationState.ACCEPTED)
    sign_in(client, stage["specialist"])
    show(client, "case", stage.escalation.pk)
    with django_assert_max_num_queries(CASE_MAY_COST) as short:
        show(client, "case", stage.escalation.pk)
    for number in range(20):
        customer_writes(Ticket.objects.get(pk=stage.escalation.ticket_id), f"Again {number}")

    with django_assert_max_num_queries(CASE_MAY_COST) as long:
        show(client, "case", stage.escalation.pk)
    assert len(short) == len(long)


def test_who_accepts_no_escalations_has_no_button_for_it(client, stage):
    page = words_of(show(sign_in(client, stage["first_agent"]), "cases"))
    assert "Take the next case" not in page and 'data-key="a"' not in page


@pytest.mark.parametrize("state", [EscalationState.ACCEPTED, EscalationState.SENT_BACK])
def test_an_escalated_ticket_costs_no_more_than_another(
    client, stage, state, django_assert_max_num_queries
):
    into(stage, state)
    sign_in(client, stage["first_agent"])
    address = reverse("helpdesk:ticket", args=[stage.escalation.ticket_id])
    client.get(address)

    with django_assert_max_num_queries(TICKET_MAY_COST):
        assert "case-strip" in client.get(address).content.decode()
