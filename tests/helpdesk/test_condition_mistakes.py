"""Conditions that are none are refused by their path, whatever they are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.conditions import (
    FIELDS,
    MAX_CONDITIONS,
    MAX_DEPTH,
    InvalidConditions,
    read_conditions,
    write_conditions,
)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["all", "any", "field", "operator", "value", *FIELDS, "is", "in", "within"]),
    lambda below: (
        st.lists(below, max_size=4)
        | st.dictionaries(
            st.sampled_from(["all", "any", "field", "operator", "value", "else"]), below, max_size=4
        )
    ),
    max_leaves=30,
)


@settings(max_examples=500, deadline=None)
@given(JSON)
def test_junk_is_refused_and_breaks_nothing(junk):
    try:
        tree = read_conditions(junk, known={"team": frozenset([1])})
    except InvalidConditions as refused:
        assert refused.errors
        assert all(isinstance(words, str) and words for words in refused.errors.values())
    else:
        assert write_conditions(tree)


@pytest.mark.parametrize("field", FIELDS)
@settings(max_examples=60, deadline=None)
@given(junk=JSON)
def test_junk_as_a_value_is_refused_by_its_path(field, junk):
    for operator in FIELDS[field].operators:
        condition = {"field": field, "operator": operator, "value": junk}
        try:
            read_conditions({"any": [condition]})
        except InvalidConditions as refused:
            assert set(refused.errors) == {"any.0.value"}


STATUS = {"field": "status", "operator": "is", "value": "open"}


@pytest.mark.parametrize(
    ("tree", "path", "possible"),
    [
        ({}, "", "all"),
        ([], "", "all"),
        ({"all": [], "any": []}, "", "any"),
        ({"none": [STATUS]}, "", "all"),
        ({"all": []}, "all", "one condition"),
        ({"all": [STATUS, {"any": []}]}, "all.1.any", "one condition"),
        ({"all": [STATUS | {"field": "colour"}]}, "all.0.field", "priority"),
        ({"all": [STATUS | {"operator": "before"}]}, "all.0.operator", "is_not"),
        ({"all": [STATUS, STATUS | {"value": "lost"}]}, "all.1.value", "pending"),
        ({"all": [STATUS | {"operator": "in", "value": []}]}, "all.0.value", "1 to 50"),
        ({"all": [STATUS | {"extra": 1}]}, "all.0", "operator"),
        (
            {"any": [{"field": "due_at", "operator": "empty", "value": 1}]},
            "any.0.value",
            "no value",
        ),
        (
            {"any": [{"field": "opened_at", "operator": "within", "value": "some days"}]},
            "any.0.value",
            "last 7 days",
        ),
        (
            {"any": [{"field": "opened_at", "operator": "before", "value": "in 2 days ago"}]},
            "any.0.value",
            "7 days ago",
        ),
    ],
    ids=str,
)
def test_a_mistake_is_named_by_its_path_with_what_is_possible(tree, path, possible):
    with pytest.raises(InvalidConditions) as refused:
        read_conditions(tree)

    assert list(refused.value.errors) == [path]
    assert possible in refused.value.errors[path]


def test_every_mistake_is_named_at_once():
    with pytest.raises(InvalidConditions) as refused:
        read_conditions({"all": [STATUS | {"value": 1}, STATUS, {"any": [STATUS | {"field": 1}]}]})

    assert list(refused.value.errors) == ["all.0.value", "all.2.any.0.field"]


def test_a_row_that_is_not_there_is_refused_where_it_is_known_which_are():
    tree = {"all": [{"field": "team", "operator": "in", "value": [3, "mine", 4]}]}

    assert read_conditions(tree, known={"team": frozenset([3, 4])})
    with pytest.raises(InvalidConditions, match="possible: 3, 5"):
        read_conditions(tree, known={"team": frozenset([3, 5])})


def test_trees_are_bounded_in_depth_and_size():
    deepest = STATUS
    for _ in range(MAX_DEPTH):
        deepest = {"all": [deepest]}

    read_conditions(deepest)
    read_conditions({"all": [STATUS] * MAX_CONDITIONS})
    for tree in ({"all": [deepest]}, {"all": [STATUS] * (MAX_CONDITIONS + 1)}):
        with pytest.raises(InvalidConditions, match="at most"):
            read_conditions(tree)
    wide = {"any": [{"any": [{"all": [STATUS] * 50}] * 50}] * 50}
    with pytest.raises(InvalidConditions):
        read_conditions(wide)
