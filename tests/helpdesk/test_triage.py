from functools import partial

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from helpdesk.models import Category, Priority, Severity, TimelineKind
from helpdesk.services.triage import (
    MAX_TAGS,
    NothingChanged,
    TagRefused,
    ValueNotPossible,
    add_tag,
    change_category,
    change_financial_impact,
    change_priority,
    change_severity,
    change_subject,
    remove_tag,
)
from marketplaces.money import Money
from tests.concurrency import while_uncommitted
from tests.factories import MONDAY, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("change", "values", "kind", "before", "after"),
    [
        (
            change_priority,
            {"priority": Priority.URGENT},
            TimelineKind.PRIORITY_CHANGED,
            "normal",
            "urgent",
        ),
        (
            change_severity,
            {"severity": Severity.MAJOR},
            TimelineKind.SEVERITY_CHANGED,
            "minor",
            "major",
        ),
        (
            change_subject,
            {"subject": " Cracked  tank "},
            TimelineKind.SUBJECT_CHANGED,
            "Second coffee maker arrived cracked",
            "Cracked tank",
        ),
        (
            change_financial_impact,
            {"impact": Money(15070, "USD")},
            TimelineKind.IMPACT_CHANGED,
            "",
            "$150.70",
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_change_says_what_it_was_and_what_it_is(change, values, kind, before, after):
    ticket, agent = make_ticket(), make_user()

    change(ticket.pk, **values, by=agent, at=MONDAY)

    entry = ticket.timeline.in_order().last()
    assert (entry.kind, entry.actor, entry.before, entry.after) == (kind, agent, before, after)


def test_a_category_can_be_set_and_taken_away():
    ticket, agent = make_ticket(), make_user()
    category = Category.objects.create(slug="damaged", name="Damaged in transit")

    change_category(ticket.pk, category=category, by=agent, at=MONDAY)
    change_category(ticket.pk, category=None, by=agent, at=MONDAY)

    ticket.refresh_from_db()
    words = [(e.before, e.after) for e in ticket.timeline.in_order()][1:]
    assert ticket.category is None
    assert words == [("", "Damaged in transit"), ("Damaged in transit", "")]


def test_a_change_to_what_it_is_already_is_refused():
    ticket = make_ticket()

    with pytest.raises(NothingChanged):
        change_priority(ticket.pk, priority=Priority.NORMAL, by=make_user(), at=MONDAY)

    assert ticket.timeline.count() == 1


@pytest.mark.parametrize(
    ("change", "values", "field"),
    [
        (change_subject, {"subject": "  "}, "subject"),
        (change_subject, {"subject": "x" * 251}, "subject"),
        (change_priority, {"priority": 9}, "priority"),
        (change_severity, {"severity": 0}, "severity"),
        (change_financial_impact, {"impact": Money(-1, "EUR")}, "financial_impact"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_an_impossible_value_is_refused_and_the_field_named(change, values, field):
    ticket = make_ticket()

    with pytest.raises(ValueNotPossible) as refusal:
        change(ticket.pk, **values, by=make_user(), at=MONDAY)

    assert refusal.value.field == field


def test_one_tag_however_it_is_written():
    ticket, other, agent = make_ticket(), make_ticket(), make_user()

    add_tag(ticket.pk, name="  Lot   2611 ", by=agent, at=MONDAY)
    add_tag(other.pk, name="LOT 2611", by=agent, at=MONDAY)

    assert [t.name for t in ticket.tags.all()] == ["lot 2611"]
    assert ticket.tags.get() == other.tags.get()


@pytest.mark.parametrize("name", ["", "   ", "a,b", "x" * 41])
def test_a_tag_that_is_no_tag_is_refused(name):
    with pytest.raises(TagRefused) as refusal:
        add_tag(make_ticket().pk, name=name, by=make_user(), at=MONDAY)

    assert refusal.value.field == "tag"


def test_a_ticket_has_a_limit_of_tags():
    ticket, agent = make_ticket(), make_user()
    for number in range(MAX_TAGS):
        add_tag(ticket.pk, name=f"tag {number}", by=agent, at=MONDAY)

    with pytest.raises(TagRefused, match="at most 20"):
        add_tag(ticket.pk, name="one more", by=agent, at=MONDAY)


def test_a_tag_can_be_removed_once():
    ticket, agent = make_ticket(), make_user()
    add_tag(ticket.pk, name="lot 2611", by=agent, at=MONDAY)

    remove_tag(ticket.pk, name="Lot 2611", by=agent, at=MONDAY)
    with pytest.raises(TagRefused):
        remove_tag(ticket.pk, name="lot 2611", by=agent, at=MONDAY)

    assert not ticket.tags.exists()
    assert ticket.timeline.in_order().last().kind == TimelineKind.UNTAGGED


def test_compliance_tags_but_does_not_sort():
    ticket, reviewer = make_ticket(), make_user(Role.COMPLIANCE)

    add_tag(ticket.pk, name="review", by=reviewer, at=MONDAY)
    with pytest.raises(PermissionDenied):
        change_priority(ticket.pk, priority=Priority.HIGH, by=reviewer, at=MONDAY)


@pytest.mark.django_db(transaction=True)
def test_the_same_change_twice_at_once_is_written_once():
    ticket, agent = make_ticket(), make_user()
    raise_it = partial(change_priority, ticket.pk, priority=Priority.HIGH, by=agent, at=MONDAY)

    outcome = while_uncommitted(raise_it, raise_it)

    assert isinstance(outcome, NothingChanged)
    assert ticket.timeline.filter(kind=TimelineKind.PRIORITY_CHANGED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tags_at_once_do_not_pass_the_limit():
    ticket, agent = make_ticket(), make_user()
    for number in range(MAX_TAGS - 1):
        add_tag(ticket.pk, name=f"tag {number}", by=agent, at=MONDAY)

    outcome = while_uncommitted(
        partial(add_tag, ticket.pk, name="twentieth", by=agent, at=MONDAY),
        partial(add_tag, ticket.pk, name="too many", by=agent, at=MONDAY),
    )

    assert isinstance(outcome, TagRefused)
    assert ticket.tags.count() == MAX_TAGS
