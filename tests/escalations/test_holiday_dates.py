from datetime import date

import pytest

from escalations.holiday_dates import UnknownPlace, countries, holiday_dates, regions


def test_countries_are_named_in_the_reader_s_language():
    assert ("DE", "Germany") in countries()
    assert ("DE", "Deutschland") in countries("de")
    assert len(countries()) > 150


def test_a_country_has_its_regions_by_name():
    assert ("BY", "Bayern") in regions("DE")
    assert regions("DE")[0] == ("Augsburg", "Augsburg")


def test_a_region_has_holidays_of_its_own():
    epiphany = date(2026, 1, 6)

    assert holiday_dates("DE", region="BY", years=[2026], language="en")[epiphany] == "Epiphany"
    assert epiphany not in holiday_dates("DE", years=[2026])


@pytest.mark.parametrize(
    ("language", "name"),
    [("en", "Christmas Day"), ("de", "Erster Weihnachtstag"), ("fr", "Erster Weihnachtstag")],
)
def test_names_are_in_the_language_asked_for_or_in_the_country_s_own(language, name):
    assert holiday_dates("DE", years=[2026], language=language)[date(2026, 12, 25)] == name


def test_only_the_years_asked_for_are_given():
    found = holiday_dates("US", years=range(2026, 2029))

    assert {on.year for on in found} == {2026, 2027, 2028}
    assert list(found) == sorted(found)


def test_a_day_in_lieu_is_a_holiday():
    assert date(2026, 7, 3) in holiday_dates("US", years=[2026])  # 4 July is a Saturday.


@pytest.mark.parametrize(
    ("country", "region", "field"),
    [
        ("XX", None, "country"),
        ("", None, "country"),
        ("utils", None, "country"),  # A name of the library that is no country.
        ("DE", "ZZ", "region"),
    ],
)
def test_an_unknown_country_or_region_is_refused_by_name(country, region, field):
    with pytest.raises(UnknownPlace, match=f"{field} “{region or country}”") as refused:
        holiday_dates(country, region=region, years=[2026])
    assert refused.value.field == field


def test_years_the_source_does_not_know_are_refused():
    with pytest.raises(ValueError, match="1970 to 2100"):
        holiday_dates("DE", years=[2101])
