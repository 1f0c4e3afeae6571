"""Public holidays of the world's countries and their regions, as dates for a business calendar."""

from collections.abc import Iterable
from datetime import date

import holidays
from babel import Locale

#: Years the source knows for nearly every country.
YEARS = range(1970, 2101)


class UnknownPlace(ValueError):
    """The source of holidays does not know it; ``field`` says of which, country or region."""

    def __init__(self, field: str, where: str):
        super().__init__(f"There are no holidays for the {where}.")
        self.field = field


def countries(language: str = "en") -> tuple[tuple[str, str], ...]:
    """Return (ISO 3166 code, name in ``language``) of every country with holidays, by name."""
    names = Locale.parse(language, sep="-").territories
    codes = holidays.list_supported_countries(include_aliases=False)
    return tuple(sorted(((c, names.get(c, c)) for c in codes), key=lambda pair: pair[1]))


def regions(country: str) -> tuple[tuple[str, str], ...]:
    """Return (code, name) of the regions with holidays of their own, by name.

    :raises UnknownPlace: for a country the source does not know.
    """
    source = _source(country, None, ())
    names = {code: name for name, code in source.subdivisions_aliases.items()}
    found = ((code, names.get(code, code)) for code in source.subdivisions)
    return tuple(sorted(found, key=lambda pair: pair[1]))


def holiday_dates(
    country: str, *, years: Iterable[int], region: str | None = None, language: str | None = None
) -> dict[date, str]:
    """Return date → name of the public holidays, days given in lieu included.

    ``language`` (“en”, “de”) is used where the source has the names in it, else the country's own.

    :raises UnknownPlace: for a country or a region the source does not know.
    :raises ValueError: for a year outside ``YEARS``.
    """
    asked = sorted(set(years))
    if asked and not (asked[0] in YEARS and asked[-1] in YEARS):
        raise ValueError(f"Holidays are known for {YEARS.start} to {YEARS.stop - 1}.")
    spoken = _language(_source(country, None, ()), language)
    found = _source(country, region or None, asked, language=spoken)
    return {on: name for on, name in sorted(found.items()) if on.year in asked}


def _language(source, wanted: str | None) -> str | None:
    """Return the wanted language as the source spells it, else the country's own.

    The source left alone would take the language of this machine.
    """
    spoken = [each for each in source.supported_languages if wanted and each.startswith(wanted)]
    return spoken[0] if spoken else source.default_language


def _source(country: str, region: str | None, years: Iterable[int], **options):
    known = holidays.list_supported_countries()
    if country not in known:
        raise UnknownPlace("country", f"country “{country}”")
    if region and region not in known[country]:
        raise UnknownPlace("region", f"region “{region}” of {country}")
    return holidays.country_holidays(country, subdiv=region, years=years, **options)
