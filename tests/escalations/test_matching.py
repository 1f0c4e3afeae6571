from hypothesis import given
from hypothesis import strategies as st

from escalations.matching import FIELDS, Facts, first_match, in_words, misses
from escalations.promises import Promise

VALUES = {
    "channel": ("email", "amazon", "walmart"),
    "tier": (1, 2),
    "team": (1, 2, 3),
    "priority": ("low", "normal", "urgent"),
    "severity": ("minor", "critical"),
    "category": (7, 8),
    "customer_tags": ("vip", "press", "reseller"),
}
_CONDITIONS = st.fixed_dictionaries(
    {},
    optional={
        name: st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True).map(tuple)
        for name, values in VALUES.items()
    },
)
_FACTS = st.builds(
    Facts,
    **{
        name: st.sampled_from(values) if name in ("channel", "priority", "severity")
        else st.none() | st.sampled_from(values)
        for name, values in VALUES.items()
        if name != "customer_tags"
    },
    customer_tags=st.lists(st.sampled_from(VALUES["customer_tags"]), unique=True).map(tuple),
)  # fmt: skip


def promise(conditions, number=1):
    return Promise(number, number, f"Policy {number}", 1, conditions=conditions)


def meets(conditions, facts):
    """The rule again, in the words of the product: every field has one of its values."""
    for name, wanted in conditions.items():
        found = getattr(facts, name)
        if not any(value in wanted for value in (found if isinstance(found, tuple) else [found])):
            return False
    return True


@given(st.lists(_CONDITIONS, max_size=6), _FACTS)
def test_the_first_in_order_whose_every_condition_holds_decides(all_conditions, facts):
    promises = [promise(each, i) for i, each in enumerate(all_conditions)]

    match = first_match(promises, facts)

    matching = [each for each in promises if meets(each.conditions, facts)]
    assert match.promise == (matching[0] if matching else None)


@given(st.lists(_CONDITIONS, max_size=6), _FACTS)
def test_the_explanation_agrees_with_the_decision(all_conditions, facts):
    match = first_match([promise(each, i) for i, each in enumerate(all_conditions)], facts)

    asked = len(match.tried) if match.promise is None else match.promise.policy_id + 1
    assert [tried.promise.policy_id for tried in match.tried] == list(range(asked))
    assert [tried.promise for tried in match.tried if tried.matched] == [
        each for each in [match.promise] if each
    ]


@given(_CONDITIONS, _FACTS)
def test_every_miss_names_a_condition_that_does_not_hold(conditions, facts):
    missed = misses(promise(conditions), facts)

    for miss in missed:
        assert not meets({miss.field: miss.wanted}, facts)
    rest = {k: v for k, v in conditions.items() if k not in {miss.field for miss in missed}}
    assert meets(rest, facts)


@given(_FACTS)
def test_facts_survive_being_kept(facts):
    assert Facts.from_record(facts.as_record()) == facts


def test_a_miss_is_said_in_words():
    (miss,) = misses(promise({"priority": ("urgent", "high")}), Facts(priority="normal"))

    said = in_words(miss, name=lambda field, value: field if value is None else str(value))

    assert said == "priority is normal, wanted urgent or high"


def test_what_a_ticket_does_not_have_is_said_as_none():
    (miss,) = misses(promise({"team": (3,)}), Facts())

    assert in_words(miss, name=lambda field, value: str(value or field)) == (
        "team is none, wanted 3"
    )


def test_a_policy_without_conditions_is_for_every_ticket():
    assert misses(promise({}), Facts()) == ()


def test_facts_are_what_policies_may_ask():
    assert set(FIELDS) == set(Facts.__dataclass_fields__)
