"""Inquiries are answered once: by a member, or by a link that nobody can guess or use twice."""

from datetime import timedelta

import pytest

from accounts.models import Role
from escalations.models import (
    ClockState,
    Inquiry,
    InquiryState,
    SLAClock,
)
from escalations.refusals import InvalidInput
from escalations.services.inquiries import (
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
from helpdesk.models import NotificationKind, TimelineKind
from helpdesk.services.attachments import AttachmentRefused, Upload
from tests.concurrency import while_uncommitted
from tests.escalations.inquiring import (
    FACTS,
    make_department,
    make_inquiry,
    make_token,
)
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
