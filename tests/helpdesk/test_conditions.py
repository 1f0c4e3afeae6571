"""Conditions: every valid tree finds what it says."""

import pytest
from hypothesis import HealthCheck, given, settings

from helpdesk.conditions import (
    FIELDS,
    read_conditions,
    write_conditions,
)
from tests.helpdesk.condition_trees import MOMENTS, OWN, SPANS, VALUES, World, size, trees


@pytest.fixture
def world(db):
    return World()


def test_any_valid_tree_finds_what_it_says(world):
    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(trees().filter(lambda tree: size(tree) <= 40))
    def check(tree):
        assert world.found(tree) == world.meant(tree)
        written = write_conditions(read_conditions(tree))
        assert write_conditions(read_conditions(written)) == written

    check()


def _each_condition():
    for name in OWN:
        for operator in FIELDS[name].operators:
            yield name, operator


@pytest.mark.parametrize(("field", "operator"), list(_each_condition()))
def test_each_operator_of_each_field_finds_what_it_says(world, field, operator):
    usual = MOMENTS if field.endswith("_at") else VALUES.get(field)
    values = SPANS if operator == "within" else usual
    if operator in ("empty", "not_empty"):
        values = [None]
    for value in values:
        listed = [value] if operator in ("in", "not_in") else value
        condition = {"field": field, "operator": operator, "value": listed}
        tree = {"all": [condition]}
        assert world.found(tree) == world.meant(tree), value
