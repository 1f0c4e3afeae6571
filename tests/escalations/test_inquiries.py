"""Inquiries: asked, reminded of, withdrawn; their clock."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from escalations.models import (
    ClockState,
    Inquiry,
    InquiryLetter,
    InquiryState,
    LetterKind,
    Metric,
    SLAClock,
)
from escalations.refusals import InvalidInput
from escalations.services.inquiries import (
    InquiryIsOver,
    NobodyWouldBeAsked,
    NotYourInquiry,
    QuestionNotPossible,
    ReasonNeeded,
    RemindedAlready,
    Wish,
    ask,
    remind,
    withdraw,
)
from escalations.services.inquiry_answers import (
    Said,
    answer,
)
from escalations.services.inquiry_links import (
    LinkIsOver,
    usable_link,
)
from escalations.services.inquiry_reminders import sweep_inquiries
from helpdesk.models import Status, TimelineKind
from helpdesk.services.conversation import TicketIsClosed
from helpdesk.services.lifecycle import change_status, close_solved_tickets
from tests.escalations.inquiring import (
    FACTS,
    QUESTION,
    make_department,
    make_inquiry,
    make_inquiry_template,
    make_token,
)
from tests.escalations.plans import make_policy, target
from tests.factories import MONDAY, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


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
def dana():
    return make_user(full_name="Dana Kim")


@pytest.fixture
def logistics(dana):
    return make_department("Logistics", members=[dana.pk])


@pytest.fixture
def inquiry(ticket, logistics, amara):
    return make_inquiry(ticket, department=logistics, by=amara, questions=FACTS, seconds=4 * 3600)


def clock_of(inquiry: Inquiry) -> SLAClock:
    return SLAClock.objects.get(reference=inquiry.reference)


def test_asking_starts_a_clock_and_tells_the_timeline_nothing_of_the_question(inquiry, ticket):
    clock = clock_of(inquiry)
    entry = ticket.timeline.in_order().last()

    assert (clock.metric, clock.state) == (Metric.INQUIRY, ClockState.RUNNING)
    assert clock.due_at == MONDAY + 4 * HOUR
    assert (entry.kind, entry.after) == (TimelineKind.INQUIRY_ASKED, "Logistics")
    assert entry.facts["inquiry"] == inquiry.pk
    assert QUESTION not in str(entry.facts)


def test_a_policy_with_a_target_for_inquiries_decides_before_the_inquiry_itself(ticket, logistics):
    make_policy(targets={"inquiry": target(2 * 3600) | {"time": "calendar"}})

    inquiry = make_inquiry(ticket, department=logistics, seconds=4 * 3600)

    assert clock_of(inquiry).due_at == MONDAY + 2 * HOUR


def test_what_another_department_owes_is_no_deadline_of_the_ticket(inquiry, ticket):
    ticket.refresh_from_db()

    assert ticket.due_at is None


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (Wish("Why?"), QuestionNotPossible),
        (Wish("x" * 5001), QuestionNotPossible),
        (Wish(QUESTION, seconds=60), QuestionNotPossible),
        (Wish(QUESTION, questions=[{"key": "x", "label": "X", "kind": "colour"}]), InvalidInput),
    ],
    ids=["too short", "too long", "too soon", "unknown kind"],
)
def test_what_cannot_be_asked(ticket, logistics, amara, wish, refusal):
    with pytest.raises(refusal):
        ask(ticket.pk, department_id=logistics.pk, wish=wish, by=amara, at=MONDAY)

    assert not Inquiry.objects.exists()


def test_a_department_that_nobody_could_answer_for_is_not_asked(ticket, amara):
    empty = make_department("Nowhere", email="")

    with pytest.raises(NobodyWouldBeAsked):
        make_inquiry(ticket, department=empty, by=amara)


def test_an_agent_of_the_first_line_does_not_ask_departments(ticket, logistics):
    with pytest.raises(PermissionDenied):
        make_inquiry(ticket, department=logistics, by=make_user(team=ticket.team))


def test_a_template_fills_what_is_left_out_and_its_restriction_stays(ticket, amara):
    template = make_inquiry_template(
        asks_approval=True, is_blocking=True, restriction="legal", seconds=3600
    )

    inquiry = ask(
        ticket.pk,
        department_id=template.department_id,
        template_id=template.pk,
        wish=Wish(QUESTION, is_blocking=False, restriction="privacy"),
        by=amara,
        at=MONDAY,
    )

    assert [one["key"] for one in inquiry.fields] == ["cost_centre", "amount"]
    assert (inquiry.asks_approval, inquiry.is_blocking) == (True, False)
    assert (inquiry.restriction, inquiry.target_seconds) == ("legal", 3600)


def test_withdrawing_ends_clock_and_links_and_says_so(inquiry, amara):
    token = make_token(inquiry)

    withdraw(inquiry.pk, reason="The carrier admitted it", by=amara, at=MONDAY + HOUR)

    assert clock_of(inquiry).state == ClockState.ENDED
    with pytest.raises(LinkIsOver):
        usable_link(token, at=MONDAY + HOUR)
    assert InquiryLetter.objects.filter(kind=LetterKind.WITHDRAWN).count() == 2
    with pytest.raises(InquiryIsOver):
        withdraw(inquiry.pk, reason="Again", by=amara, at=MONDAY + HOUR)


def test_who_may_withdraw(inquiry, dana, team):
    with pytest.raises(ReasonNeeded):
        withdraw(inquiry.pk, reason=" ", by=inquiry.asked_by, at=MONDAY)
    for stranger in (dana, make_user(Role.SPECIALIST, team=team)):
        with pytest.raises(NotYourInquiry):
            withdraw(inquiry.pk, reason="Not needed", by=stranger, at=MONDAY)

    withdraw(inquiry.pk, reason="Not needed", by=make_user(Role.TEAM_LEAD, team=team), at=MONDAY)


def test_a_lead_who_may_not_read_it_does_not_withdraw_it(ticket, logistics, team):
    inquiry = make_inquiry(ticket, department=logistics, restriction="legal")

    with pytest.raises(NotYourInquiry):
        withdraw(
            inquiry.pk, reason="Not needed", by=make_user(Role.TEAM_LEAD, team=team), at=MONDAY
        )


def test_closing_a_ticket_takes_back_what_is_still_asked(inquiry, ticket, amara):
    change_status(ticket.pk, status=Status.SOLVED, by=amara, at=MONDAY)

    close_solved_tickets(at=MONDAY + timedelta(days=60))

    inquiry.refresh_from_db()
    assert inquiry.state == InquiryState.WITHDRAWN
    assert clock_of(inquiry).state == ClockState.ENDED
    with pytest.raises(TicketIsClosed):
        make_inquiry(ticket)


def test_reminders_come_by_themselves_once_and_then_the_lead_hears_once(inquiry):
    assert sweep_inquiries(at=MONDAY + 2 * HOUR) == 0

    assert [sweep_inquiries(at=MONDAY + 3 * HOUR + timedelta(seconds=1)) for _ in "12"] == [1, 0]
    assert [sweep_inquiries(at=MONDAY + 5 * HOUR) for _ in "12"] == [1, 0]

    kinds = InquiryLetter.objects.order_by("pk").values_list("kind", "to")
    lead = [to for kind, to in kinds if kind == LetterKind.LEAD]
    assert len(lead) == 2, "Nobody leads it by name, so the department itself hears."
    assert [kind for kind, _ in kinds].count(LetterKind.REMINDER) == 2


def test_an_answered_inquiry_is_reminded_of_no_more(inquiry, dana):
    answer(inquiry.pk, said=Said(facts={"cost_centre": "1"}), by=dana, at=MONDAY)

    assert sweep_inquiries(at=MONDAY + timedelta(days=9)) == 0


def test_reminding_by_hand_waits_an_hour(inquiry, amara):
    remind(inquiry.pk, by=amara, at=MONDAY + HOUR)

    with pytest.raises(RemindedAlready):
        remind(inquiry.pk, by=amara, at=MONDAY + HOUR + timedelta(minutes=59))
