"""Who is meant by @Name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mentions import LONGEST_NAME, Named, find_mentions

MARA = Named(1, "Mara Lindqvist", "mara.lindqvist@northvane.example")
SAM = Named(2, "Sam Okafor", "sam@northvane.example")
SAM_LEE = Named(3, "Sam Lee", "lee@northvane.example")
JOSE = Named(4, "José Muñoz", "jose@northvane.example")
OLA = Named(5, "Ōla Straße", "ola@northvane.example")
KIM = Named(6, "Kim", "k@northvane.example")
KIM_PARK = Named(7, "Kim Park", "park@northvane.example")
PEOPLE = [MARA, SAM, SAM_LEE, JOSE, OLA, KIM, KIM_PARK]


def meant(text: str) -> list[tuple[int, str]]:
    return [(found.person, found.words) for found in find_mentions(text, PEOPLE)]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("@Mara Lindqvist, look", [(1, "@Mara Lindqvist")]),
        ("@mara look", [(1, "@mara")]),
        ("@MARA", [(1, "@MARA")]),
        ("(@Mara)", [(1, "@Mara")]),
        ("@Mara's lot", [(1, "@Mara")]),
        ("@mara.lindqvist.", [(1, "@mara.lindqvist")]),
        ("@sam and @Sam Lee", [(2, "@sam"), (3, "@Sam Lee")]),
        ("@José", [(4, "@José")]),
        ("@Jose\u0301 Mun\u0303oz!", [(4, "@Jose\u0301 Mun\u0303oz")]),
        ("@ōla strasse", [(5, "@ōla strasse")]),
        ("@Kim and @Kim Park", [(6, "@Kim"), (7, "@Kim Park")]),
        ("@Mara @Mara", [(1, "@Mara"), (1, "@Mara")]),
        ("@Mara  Lindqvist", [(1, "@Mara  Lindqvist")]),
        ("@Mara\nLindqvist", [(1, "@Mara")]),
        ("@Marathon", []),
        ("write to x@mara", []),
        ("mara.lindqvist@northvane.example", []),
        ("@", []),
        ("@ Mara", []),
        ("@nobody", []),
        ("@Mara@northvane", []),
        ("", []),
    ],
)
def test_a_name_means_one_person_or_nobody(text, people):
    assert meant(text) == people


def test_a_name_that_two_people_have_means_neither():
    twins = [Named(1, "Ana Silva", "ana@a.example"), Named(2, "Ana Silva", "ana@b.example")]

    assert find_mentions("@Ana Silva and @ana", twins) == []


def test_a_first_name_that_two_people_have_means_neither():
    two = [Named(1, "Ana Silva", "as@a.example"), Named(2, "Ana Costa", "ac@a.example")]

    assert [found.person for found in find_mentions("@Ana, @Ana Costa", two)] == [2]


@given(st.text(alphabet=st.sampled_from("@ .\nMaraLindqvstO'é\u0301_-1"), max_size=300))
def test_whatever_is_written_the_words_stand_where_it_says(text):
    found = find_mentions(text, PEOPLE)

    assert all(text[one.start : one.end] == one.words for one in found)
    assert all(one.words.startswith("@") for one in found)
    assert all(one.end <= other.start for one, other in zip(found, found[1:], strict=False))


@given(st.text(max_size=200), st.sampled_from(PEOPLE), st.text(max_size=200))
def test_a_full_name_between_blanks_is_always_found(before, person, after):
    text = f"{before.replace('@', '')} @{person.full_name}! {after}"

    assert person.pk in [found.person for found in find_mentions(text, PEOPLE)]


class CountingText(str):
    """Counts how often a character is looked at."""

    looks = 0

    def __getitem__(self, key):
        CountingText.looks += 1
        return super().__getitem__(key)


@pytest.mark.parametrize("hostile", ["@", "@a", "@a.", "@ ", "a", "@Mara Lindqvis", "@\u0301"])
def test_twice_the_text_costs_twice_as_many_looks(hostile):
    looks = []
    for length in (10_000, 20_000):
        CountingText.looks = 0
        find_mentions(CountingText(hostile * (length // len(hostile))), PEOPLE)
        looks.append(CountingText.looks)

    assert looks[1] <= 2.1 * looks[0] + LONGEST_NAME
