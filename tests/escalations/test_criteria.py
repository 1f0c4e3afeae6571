"""Criteria decide as a plain reading of them would, and say why."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.case_facts import ClockFact
from escalations.case_words import LONGEST_WRITING, Writing
from escalations.criteria import because, conditions_of, criteria_from, explain, next_change
from escalations.criteria_reading import MAX_CONDITIONS, MAX_DEPTH, read_criteria
from escalations.refusals import Notes
from marketplaces.money import Money
from tests.escalations.cases import KNOWN, condition, euros, facts, some_facts, trees
from tests.escalations.plain_reading import naive
from tests.factories import MONDAY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def read(raw) -> tuple[dict, dict]:
    notes = Notes()
    return read_criteria(raw, known=KNOWN, notes=notes), notes.mistakes


@given(tree=trees(), case=some_facts)
def test_criteria_decide_as_a_plain_reading_would(tree, case):
    assert criteria_from(tree).is_met(case) == naive(tree, case)


@given(tree=trees(), case=some_facts)
def test_the_explanation_names_every_condition_as_it_stands(tree, case):
    answers = explain(criteria_from(tree), case)

    assert len(answers) == len({answer.condition.path for answer in answers})
    for answer in answers:
        part = tree
        for step in answer.condition.path.split("."):
            part = part[int(step)] if step.isdigit() else part[step]
        assert (part["field"], part["value"]) == (answer.condition.field, answer.condition.value)
        assert answer.is_met == naive(part, case)
        json.dumps(answer.as_record())


@given(tree=trees(), case=some_facts)
def test_a_suggestion_rests_on_conditions_that_are_met_and_enough(tree, case):
    met = {each["path"] for each in because(criteria_from(tree), case)}

    assert met <= {a.condition.path for a in explain(criteria_from(tree), case) if a.is_met}
    assert bool(met) == naive(tree, case)


@given(tree=trees(), case=some_facts)
def test_what_was_read_once_is_read_the_same_again(tree, case):
    once, mistakes = read(tree)

    assert mistakes == {}
    assert read(once) == (once, {})
    assert criteria_from(once).is_met(case) == naive(tree, case)


@given(tree=trees(), case=some_facts)
def test_nothing_changes_by_time_alone_before_the_moment_foretold(tree, case):
    criteria = criteria_from(tree)
    moment = next_change(criteria, case)
    horizon = moment or case.at + 400 * DAY

    for at in (case.at + (horizon - case.at) / 2, horizon - timedelta(microseconds=1)):
        if at >= case.at:
            later = type(case)(**vars(case) | {"at": at})
            assert criteria.is_met(later) == criteria.is_met(case)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(("all", "any", "field", "operator", "value", "x")), inner, max_size=4
        )
    ),
    max_leaves=25,
)


@given(raw=anything)
def test_reading_refuses_by_path_or_accepts_and_never_fails(raw):
    kept, mistakes = read(raw)

    assert all(path.startswith("criteria") for path in mistakes)
    if not mistakes:
        criteria_from(kept)
        json.dumps(kept)


@pytest.mark.parametrize(
    ("raw", "path", "code"),
    [
        ([], "criteria", "not_a_group"),
        ({"all": []}, "criteria.all", "list_not_possible"),
        ({"all": [{"field": "mood"}]}, "criteria.all.0.field", "unknown_value"),
        ({"any": [condition("words", "at_least", 1)]}, "criteria.any.0.operator", "unknown_value"),
        ({"all": [condition("category", "in", ["x"])]}, "criteria.all.0.value.0", "unknown_value"),
        ({"all": [condition("amount", "at_least", 250)]}, "criteria.all.0.value", "not_money"),
        (
            {"all": [condition("contacts", "at_least", {"count": 3, "days": 400})]},
            "criteria.all.0.value.days",
            "out_of_range",
        ),
        ({"all": [condition("words", "contains_any", ["!!"])]}, "criteria.all.0.value.0",
         "not_a_word"),
        ({"all": [condition("systemic", "is", 1)]}, "criteria.all.0.value", "not_yes_or_no"),
        ({"all": [condition("reopened", "at_least", True)]}, "criteria.all.0.value",
         "not_a_whole_number"),
    ],
)  # fmt: skip
def test_what_is_not_possible_is_refused_by_its_path(raw, path, code):
    _kept, mistakes = read(raw)

    assert {path: mistake.code for path, mistake in mistakes.items()} == {path: code}
    assert all(len(mistake.message) > 10 for mistake in mistakes.values())


def test_trees_are_neither_deep_nor_large_without_end():
    deep = condition("reopened", "at_least", 1)
    for _ in range(MAX_DEPTH + 1):
        deep = {"all": [deep]}
    wide = {"any": [{"all": [condition("reopened", "at_least", 1)] * 39}] * 3}

    assert [mistake.code for mistake in read(deep)[1].values()] == ["too_deep"]
    assert read(wide)[1]["criteria"].code == "too_many_conditions"
    assert len(list(conditions_of(criteria_from({"all": [deep["all"][0]["all"][0]]})))) == 1
    assert MAX_CONDITIONS == 40


def test_no_criteria_at_all_are_possible_and_met_by_nothing():
    assert read({}) == ({}, {})
    assert criteria_from({}) is None
    assert explain(None, facts()) == ()


def test_money_in_another_currency_is_not_compared_and_the_explanation_says_so():
    criteria = criteria_from({"all": [condition("amount", "at_least", euros("250.00"))]})

    (answer,) = explain(criteria, facts(amount=Money(31_200, "USD")))

    assert not answer.is_met
    assert answer.found == euros("312.00", "USD")
    assert answer.note == "other_currency"


def test_what_a_customer_paid_in_other_currencies_is_left_out_and_said():
    criteria = criteria_from({"all": [condition("customer_value", "at_least", euros("100.00"))]})

    (answer,) = explain(criteria, facts(paid={"EUR": 9_900, "USD": 50_000}))

    assert (answer.is_met, answer.note) == (False, "other_currencies_left_out")


@pytest.mark.parametrize(
    ("text", "is_met"),
    [
        ("I will call my LAWYER.", True),
        ("lawyerly advice", False),
        ("The data-protection officer", True),
        ("The data. No protection", False),
        ("der Anwalt, die ÄRZTE", True),
    ],
)
def test_words_are_whole_words_in_any_case_one_after_the_other(text, is_met):
    words = ["lawyer", "data protection", "ärzte"]
    criteria = criteria_from({"all": [condition("words", "contains_any", words)]})

    assert criteria.is_met(facts(writing=Writing([text]))) is is_met


def test_a_phrase_does_not_go_on_in_the_next_message():
    criteria = criteria_from({"all": [condition("words", "contains_any", ["data protection"])]})

    assert not criteria.is_met(facts(writing=Writing(["my data", "protection of mine"])))


def test_so_much_writing_is_read_and_no_more():
    criteria = criteria_from({"all": [condition("words", "contains_any", ["lawyer"])]})
    long = "blah " * (LONGEST_WRITING // 5)

    assert criteria.is_met(facts(writing=Writing(["lawyer", long])))
    assert not criteria.is_met(facts(writing=Writing([long, "lawyer"])))


def test_a_deadline_becomes_near_then_late_and_stays_missed():
    clock = ClockFact("resolution", due_at=MONDAY + 2 * HOUR)
    states = {
        state: criteria_from({"all": [condition("clock", state, ["resolution"])]})
        for state in ("near", "late", "breached")
    }

    def at(moment) -> set[str]:
        case = facts(at=moment, clocks=(clock,))
        return {state for state, criteria in states.items() if criteria.is_met(case)}

    assert at(MONDAY) == set()
    assert at(MONDAY + HOUR) == {"near"}
    assert at(MONDAY + 2 * HOUR) == {"near"}
    assert at(MONDAY + 3 * HOUR) == {"late", "breached"}
    answered = ClockFact("resolution", is_open=False, breached_at=MONDAY)
    assert {s for s, c in states.items() if c.is_met(facts(clocks=(answered,)))} == {"breached"}


def test_it_is_known_when_to_look_again():
    tree = {
        "any": [
            condition("age", "at_least", 48),
            condition("clock", "near", ["resolution"]),
            condition("contacts", "at_most", {"count": 0, "days": 2}),
        ]
    }
    case = facts(
        opened_at=MONDAY - HOUR,
        contacts=(MONDAY - 3 * DAY, MONDAY - DAY - 20 * HOUR),
        clocks=(ClockFact("resolution", due_at=MONDAY + 9 * HOUR),),
    )

    assert next_change(criteria_from(tree), case) == MONDAY + 4 * HOUR


def test_writing_is_taken_apart_once_for_all_conditions():
    writing = Writing(["word " * 5000])
    criteria = criteria_from({"any": [condition("words", "contains_any", [f"w{i}"])
                                      for i in range(40)]})  # fmt: skip
    case = facts(writing=writing)
    criteria.is_met(case)
    places = writing._places

    assert criteria.is_met(case) is False
    assert writing._places is places


class CountedWriting(Writing):
    asked = 0

    def has(self, phrase):
        self.asked += 1
        return super().has(phrase)


def test_five_hundred_routes_ask_for_each_word_once_and_the_database_never():
    """No mark lets this test speak to the database: a query would fail it."""
    words = condition("words", "contains_any", ["lawyer", "court", "police", "press"])
    tree = {"all": [condition("reopened", "at_most", 5), words]}
    routes = [criteria_from(tree) for _ in range(500)]
    case = facts(writing=CountedWriting(["The tank is cracked. " * 500]))

    assert not any([route.is_met(case) for route in routes])
    assert case.writing.asked == 500 * 4
