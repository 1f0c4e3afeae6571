"""Investigations: questions, findings, causes, and the lock."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.utils import InternalError

from accounts.models import Role
from accounts.services.values import NameIsTaken
from escalations.models import Evidence, Investigation, RootCause
from escalations.services import evidence as proof
from escalations.services.investigations import (
    CauseNotOffered,
    EvidenceUnknown,
    InvestigationIsLocked,
    NotReadyToComplete,
    OwnerNotPossible,
    TicketWasMerged,
    add_finding,
    choose_causes,
    complete_investigation,
    hand_investigation_over,
    open_investigation,
)
from escalations.services.root_causes import (
    CauseNotPossible,
    add_root_cause,
    rename_root_cause,
    retire_root_cause,
)
from escalations.services.texts import TextNotPossible
from helpdesk.models import TimelineKind
from helpdesk.services.merging import merge_ticket
from tests.concurrency import all_at_once, while_uncommitted
from tests.escalations.investigating import CONCLUSION, QUESTION, complete, investigate, make_cause
from tests.factories import MONDAY, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def manager():
    return make_user(Role.MANAGER)


@pytest.fixture
def specialist():
    return make_user(Role.SPECIALIST)


@pytest.fixture
def ticket():
    return make_ticket()


@pytest.fixture
def cause(manager):
    return make_cause(by=manager)


@pytest.fixture
def investigation(ticket, specialist):
    return investigate(ticket, by=specialist)


def test_an_investigation_is_a_question_in_the_timeline_of_its_ticket(ticket, specialist):
    opened = investigate(ticket, by=specialist)

    entry = ticket.timeline.get(kind=TimelineKind.INVESTIGATION_OPENED)
    assert (entry.actor, entry.after) == (specialist, QUESTION)
    assert entry.facts == {"investigation": opened.pk}
    assert opened.owner == specialist


def test_an_agent_at_the_front_does_not_investigate(ticket):
    with pytest.raises(PermissionDenied):
        investigate(ticket, by=make_user(Role.AGENT))


def test_a_question_needs_words(ticket, specialist):
    with pytest.raises(TextNotPossible) as refused:
        open_investigation(ticket.pk, question="Why?", by=specialist, at=MONDAY)
    assert refused.value.field == "question"


def test_what_was_merged_is_asked_about_where_it_lives_on(ticket, specialist):
    target = make_ticket(identity=ticket.identity)
    merge_ticket(ticket.pk, into=target.pk, by=make_user(Role.ADMIN), at=MONDAY)

    with pytest.raises(TicketWasMerged, match=str(target.pk)):
        investigate(ticket, by=specialist)


def test_only_who_sees_the_ticket_and_investigates_can_own_it(manager):
    ticket = make_ticket(team=make_team())
    blind = make_user(Role.SPECIALIST, team=make_team())
    for owner in (blind, make_user(Role.AGENT, team=ticket.team)):
        with pytest.raises(OwnerNotPossible):
            open_investigation(ticket.pk, question=QUESTION, owner=owner, by=manager, at=MONDAY)

    found = investigate(ticket, by=manager)
    other = make_user(Role.SPECIALIST, team=ticket.team)
    assert hand_investigation_over(found.pk, owner=other, by=manager).owner == other


def test_an_investigation_is_completed_with_a_cause_a_finding_and_a_conclusion(
    investigation, cause, specialist
):
    said = {"conclusion": CONCLUSION, "by": specialist, "at": MONDAY}
    with pytest.raises(NotReadyToComplete, match="root cause"):
        complete_investigation(investigation.pk, **said)
    choose_causes(investigation.pk, root_cause=cause, by=specialist)
    with pytest.raises(NotReadyToComplete, match="finding"):
        complete_investigation(investigation.pk, **said)
    add_finding(investigation.pk, text="GPS says Alder Street.", by=specialist, at=MONDAY)
    done = complete_investigation(investigation.pk, **said)

    assert (done.completed_by, done.conclusion) == (specialist, CONCLUSION)
    entry = done.ticket.timeline.get(kind=TimelineKind.INVESTIGATION_COMPLETED)
    assert entry.after == "Address confused"


def test_what_is_completed_is_locked_and_later_words_are_addenda(investigation, cause, specialist):
    complete(investigation, cause=cause, by=specialist)

    with pytest.raises(InvestigationIsLocked):
        complete_investigation(
            investigation.pk, conclusion="Something quite else.", by=specialist, at=MONDAY
        )
    with pytest.raises(InvestigationIsLocked):
        choose_causes(investigation.pk, root_cause=cause, by=specialist)
    with pytest.raises(InvestigationIsLocked):
        hand_investigation_over(investigation.pk, owner=specialist, by=specialist)
    later = add_finding(
        investigation.pk, text="The driver was told.", by=specialist, at=MONDAY + HOUR
    )
    assert later.is_addendum
    assert [one.is_addendum for one in investigation.findings.order_by("pk")] == [False, True]


def test_the_database_itself_keeps_a_completed_investigation_and_its_findings(
    investigation, cause, specialist
):
    complete(investigation, cause=cause, by=specialist)

    for rows, change in (
        (Investigation.objects.filter(pk=investigation.pk), {"conclusion": "x"}),
        (investigation.findings, {"text": "x"}),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            rows.update(**change)


def test_causes_have_two_levels_and_only_offered_ones_are_chosen(
    investigation, cause, manager, specialist
):
    with pytest.raises(CauseNotPossible):
        add_root_cause(name="Deeper", parent=cause, by=manager)
    with pytest.raises(NameIsTaken):
        add_root_cause(name="Address  confused", parent=cause.parent, by=manager)
    with pytest.raises(NameIsTaken):
        add_root_cause(name="Carrier", by=manager)
    with pytest.raises(CauseNotOffered):
        choose_causes(investigation.pk, root_cause=cause.parent, by=specialist)
    with pytest.raises(CauseNotOffered):
        choose_causes(investigation.pk, root_cause=cause, contributing=[cause], by=specialist)
    with pytest.raises(PermissionDenied):
        add_root_cause(name="Ours", by=specialist)


def test_a_cause_that_is_retired_stays_where_it_was_chosen(
    investigation, cause, manager, specialist
):
    other = make_cause("Scan without delivery", by=manager)
    choose_causes(investigation.pk, root_cause=cause, contributing=[other], by=specialist)
    retire_root_cause(cause.parent_id, by=manager)
    rename_root_cause(cause.pk, name="Address mixed up", by=manager)

    kept = choose_causes(investigation.pk, root_cause=cause, by=specialist)

    assert str(RootCause.objects.get(pk=kept.root_cause_id)) == "Address mixed up"
    with pytest.raises(CauseNotOffered):
        choose_causes(investigation.pk, root_cause=other, by=specialist)


def test_a_finding_names_evidence_of_its_own_investigation(investigation, specialist):
    said = {"url": "https://ups.example/1", "title": "Scan", "by": specialist, "at": MONDAY}
    kept = proof.add_link(investigation.pk, **said)
    other = proof.add_link(investigate(make_ticket(), by=specialist).pk, **said)

    words = {"text": "Scanned elsewhere.", "by": specialist, "at": MONDAY}
    found = add_finding(investigation.pk, evidence=[kept.pk], **words)
    assert list(found.evidence.all()) == [kept]
    with pytest.raises(EvidenceUnknown):
        add_finding(investigation.pk, evidence=[kept.pk, other.pk], **words)


@pytest.mark.django_db(transaction=True)
def test_a_finding_written_while_another_completes_is_an_addendum():
    specialist, manager = make_user(Role.SPECIALIST), make_user(Role.MANAGER)
    investigation = investigate(make_ticket(), by=specialist)
    cause = make_cause(by=manager)

    found = while_uncommitted(
        lambda: complete(investigation, cause=cause, by=specialist),
        lambda: add_finding(investigation.pk, text="Too late.", by=specialist, at=MONDAY),
    )

    assert found.is_addendum


@pytest.mark.django_db(transaction=True)
def test_of_many_who_complete_at_once_one_does():
    specialist, manager = make_user(Role.SPECIALIST), make_user(Role.MANAGER)
    investigation = investigate(make_ticket(), by=specialist)
    cause = make_cause(by=manager)
    add_finding(investigation.pk, text="GPS says Alder Street.", by=specialist, at=MONDAY)
    choose_causes(investigation.pk, root_cause=cause, by=specialist)

    def act():
        return complete_investigation(
            investigation.pk, conclusion=CONCLUSION, by=specialist, at=MONDAY
        )

    outcomes = all_at_once([act] * 6)

    assert sum(isinstance(one, Investigation) for one in outcomes) == 1
    assert sum(isinstance(one, InvestigationIsLocked) for one in outcomes) == 5
    assert Evidence.objects.count() == 0
