"""Inquiries: asked, answered once, withdrawn; their clock; what may not be promised meanwhile."""

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
    AnswerNotPossible,
    NotAsked,
    Said,
    answer,
    answer_by_link,
)
from escalations.services.inquiry_links import (
    GRACE,
    PER_LINK,
    LinkIsOver,
    is_too_often,
    make_link,
    revoke_links,
    usable_link,
)
from escalations.services.inquiry_reminders import sweep_inquiries
from escalations.services.promising import NothingMayBePromised
from helpdesk.models import NotificationKind, Status, TimelineKind
from helpdesk.services.attachments import AttachmentRefused, Upload
from helpdesk.services.conversation import TicketIsClosed
from helpdesk.services.lifecycle import change_status, close_solved_tickets
from helpdesk.services.merging import merge_ticket
from tests.concurrency import while_uncommitted
from tests.escalations.inquiring import (
    FACTS,
    QUESTION,
    make_department,
    make_inquiry,
    make_inquiry_template,
    make_token,
)
from tests.escalations.plans import make_policy, target
from tests.factories import MONDAY, make_note, make_reply, make_team, make_ticket, make_user

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


def test_a_member_answers_with_facts_and_files_and_the_clock_is_fulfilled(inquiry, dana, amara):
    said = Said(
        facts={"cost_centre": "4711", "amount": {"amount": "12.50", "currency": "EUR"}},
        text="Yes, by air.",
        uploads=[Upload("trace.csv", "text/csv", b"stop,61")],
    )

    kept = answer(inquiry.pk, said=said, by=dana, at=MONDAY + HOUR)

    inquiry.refresh_from_db()
    assert inquiry.state == InquiryState.ANSWERED
    assert kept.facts["amount"] == {"minor": 1250, "currency": "EUR"}
    file = kept.files.get()
    assert len(file.sha256) == 64
    assert file.file.read() == b"stop,61"
    clock = clock_of(inquiry)
    assert (clock.state, clock.stopped_at) == (ClockState.FULFILLED, MONDAY + HOUR)
    assert clock.breached_at is None
    told = amara.notifications.get(kind=NotificationKind.INQUIRY)
    assert told.entry.kind == TimelineKind.INQUIRY_ANSWERED


def test_a_fact_that_is_missing_is_named(inquiry, dana):
    with pytest.raises(InvalidInput) as refused:
        answer(inquiry.pk, said=Said(text="Yes."), by=dana, at=MONDAY)

    assert list(refused.value.mistakes) == ["facts.cost_centre"]


@pytest.mark.parametrize(
    ("asks_approval", "said", "field"),
    [
        (True, Said(text="Perhaps."), "decision"),
        (True, Said(decision="maybe"), "decision"),
        (False, Said(decision="approve"), "decision"),
        (False, Said(), "text"),
        (False, Said(text="x" * 10_001), "text"),
    ],
)
def test_what_is_no_answer(ticket, logistics, dana, asks_approval, said, field):
    inquiry = make_inquiry(ticket, department=logistics, asks_approval=asks_approval)

    with pytest.raises(AnswerNotPossible) as refused:
        answer(inquiry.pk, said=said, by=dana, at=MONDAY)

    assert refused.value.field == field


def test_files_go_through_the_checks_of_every_upload(ticket, logistics, dana, settings):
    settings.ATTACHMENT_MAX_BYTES = 3
    inquiry = make_inquiry(ticket, department=logistics)

    with pytest.raises(AttachmentRefused):
        answer(inquiry.pk, said=Said(uploads=[Upload("a", "", b"four")]), by=dana, at=MONDAY)


def test_only_who_is_asked_answers(inquiry, amara):
    with pytest.raises(NotAsked):
        answer(inquiry.pk, said=Said(text="Yes."), by=amara, at=MONDAY)


def test_a_link_answers_once_and_names_who_said_it(ticket, logistics):
    inquiry = make_inquiry(ticket, department=logistics)
    token, other = make_token(inquiry), make_token(inquiry)

    kept = answer_by_link(token, name=" Rosa  Diaz ", said=Said(text="Yes."), at=MONDAY + HOUR)

    assert (kept.name, kept.answered_by) == ("Rosa Diaz", None)
    assert ticket.timeline.in_order().last().who == "Rosa Diaz by link"
    for spent in (token, other):
        with pytest.raises(LinkIsOver):
            answer_by_link(spent, name="Rosa", said=Said(text="No."), at=MONDAY + HOUR)


def test_a_refused_answer_does_not_use_the_link_up(inquiry):
    token = make_token(inquiry)

    with pytest.raises(InvalidInput):
        answer_by_link(token, name="Rosa", said=Said(text="Yes."), at=MONDAY)

    assert usable_link(token, at=MONDAY).inquiry == inquiry


def test_only_the_digest_of_a_link_is_kept(inquiry):
    token = make_token(inquiry)

    link = inquiry.links.get()
    assert token not in str(vars(link))
    assert len(token) >= 43


def ended(inquiry, how):
    token = make_token(inquiry)
    if how == "unknown":
        return token[::-1], MONDAY
    if how == "expired":
        return token, MONDAY + 4 * HOUR + GRACE
    if how == "revoked":
        revoke_links(inquiry, at=MONDAY)
    elif how == "withdrawn":
        withdraw(inquiry.pk, reason="Not needed", by=inquiry.asked_by, at=MONDAY)
    return token, MONDAY


@pytest.mark.parametrize("how", ["unknown", "expired", "revoked", "withdrawn"])
def test_links_that_are_over_are_alike(inquiry, how, django_assert_num_queries):
    token, at = ended(inquiry, how)

    with django_assert_num_queries(1), pytest.raises(LinkIsOver) as refused:
        usable_link(token, at=at)

    assert str(refused.value) == "This link does not work, or does not work any more."


def test_links_are_counted_by_link_and_address(inquiry):
    token = make_token(inquiry)

    allowed = [is_too_often(token, address="192.0.2.1") for _ in range(PER_LINK)]

    assert not any(allowed)
    assert is_too_often(token, address="192.0.2.1")
    assert not is_too_often(token, address="192.0.2.2")


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_counts(ticket, logistics, dana):
    inquiry = make_inquiry(ticket, department=logistics)
    token = make_link(inquiry, at=MONDAY)

    second = while_uncommitted(
        lambda: answer(inquiry.pk, said=Said(text="Yes."), by=dana, at=MONDAY),
        lambda: answer_by_link(token, name="R", said=Said(text="No."), at=MONDAY),
    )

    assert isinstance(second, LinkIsOver)
    inquiry.refresh_from_db()
    assert inquiry.answer.text == "Yes."


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


@pytest.fixture
def blocking(ticket, logistics, amara):
    return make_inquiry(ticket, department=logistics, by=amara, is_blocking=True)


def test_while_a_blocking_inquiry_is_open_nothing_is_promised(blocking, ticket, amara, dana):
    with pytest.raises(NothingMayBePromised, match="until Logistics has answered"):
        make_reply(ticket, by=amara)
    make_note(ticket, by=amara)

    answer(blocking.pk, said=Said(text="Yes."), by=dana, at=MONDAY)

    make_reply(ticket, by=amara)


def test_a_lead_may_not_promise_either_but_withdraw(blocking, ticket, team):
    lead = make_user(Role.TEAM_LEAD, team=team)
    with pytest.raises(NothingMayBePromised):
        make_reply(ticket, by=lead)

    withdraw(blocking.pk, reason="Decided without", by=lead, at=MONDAY)

    make_reply(ticket, by=lead)


def test_it_blocks_the_ticket_it_was_merged_into(blocking, ticket, team, amara):
    into = make_ticket(team=team)
    merge_ticket(ticket.pk, into=into.pk, by=amara, at=MONDAY)

    with pytest.raises(NothingMayBePromised):
        make_reply(into, by=amara)


def test_of_a_restricted_one_only_the_restriction_is_said(ticket, team, logistics):
    make_inquiry(ticket, department=logistics, is_blocking=True, restriction="legal")

    with pytest.raises(NothingMayBePromised) as refused:
        make_reply(ticket, by=make_user(team=team))

    assert "Legal" in str(refused.value)
    assert "Logistics" not in str(refused.value)


@pytest.mark.django_db(transaction=True)
def test_a_reply_waits_for_an_inquiry_that_is_being_asked(ticket, logistics, amara):
    outcome = while_uncommitted(
        lambda: make_inquiry(ticket, department=logistics, by=amara, is_blocking=True),
        lambda: make_reply(ticket, by=amara),
    )

    assert isinstance(outcome, NothingMayBePromised)
