"""The sentences of the product and their translations: found, kept, compiled. No gettext needed.

A catalogue is ``locale/<language>/LC_MESSAGES/django.po`` with its compiled twin. Both are in the
repository, because a fresh machine has no compiler; entries are sorted and carry neither places
nor dates, so that a change shows as what it is.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

#: Where sentences stand. What is generated, tried out or only documented is none of them.
PLACES = (
    "accounts",
    "escalations",
    "helpdesk",
    "marketplaces",
    "outbound",
    "policies",
    "templates",
)
FUNCTIONS = frozenset(
    f"{kind}gettext{lazy}" for kind in ("", "p", "n", "np") for lazy in ("", "_lazy")
) | {"_", "gettext_noop"}
#: A catalogue has to have a date; this one says nothing and never changes.
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)
_NOISE = (
    b"Project-Id-Version",
    b"Report-Msgid-Bugs-To",
    b"POT-Creation-Date",
    b"PO-Revision-Date",
    b"Last-Translator",
    b"Language-Team",
    b"Generated-By",
)
_HEAD = "# Recourse. The words to use stand in docs/decisions/026-translations.md."


def sentences_of(root: Path, *, places: tuple[str, ...] = PLACES) -> Catalog:
    """Return everything that the sources in these places below ``root`` want translated."""
    found = Catalog()
    for place in places:
        for path in sorted((root / place).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                for message, context in _sentences_in(path):
                    found.add(message, context=context)
    return found


def _sentences_in(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Only names are left of the markup; where they begin in a line means nothing.
        source = "\n".join(line.lstrip() for line in templatize(source).splitlines())
    options = {"encoding": "utf-8"}
    calls = extract_python(BytesIO(source.encode()), FUNCTIONS, (), options)
    for _line, function, arguments, _comments in calls:
        texts = [arguments] if isinstance(arguments, str) else list(arguments or ())
        context = texts.pop(0) if function.startswith(("p", "np")) else None
        wanted = texts[: 2 if function.startswith("n") else 1]
        if wanted and all(wanted):
            yield tuple(wanted) if len(wanted) > 1 else wanted[0], context


def catalogue_at(root: Path, language: str) -> Catalog:
    """Read the translations into a language; none if nobody has begun."""
    path = _path(root, language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update_catalogue(root: Path, language: str) -> Catalog:
    """Bring a catalogue to the sentences there are now, and compile it. Translations are kept."""
    catalogue = catalogue_at(root, language)
    catalogue.update(sentences_of(root), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.creation_date = catalogue.revision_date = _NO_DATE
    catalogue.header_comment, catalogue.fuzzy = _HEAD, False
    path = _path(root, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written(catalogue))
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, _translated(catalogue))
    return catalogue


def is_translated(message: Message) -> bool:
    return all(message.string) if message.pluralizable else bool(message.string)


def _translated(catalogue: Catalog) -> Catalog:
    """An entry without words would be shown as nothing; left out, it is shown in English."""
    complete = Catalog(locale=catalogue.locale)
    complete.creation_date = complete.revision_date = _NO_DATE
    for message in catalogue:
        if message.id and is_translated(message):
            complete.add(message.id, message.string, context=message.context)
    return complete


def written(catalogue: Catalog) -> bytes:
    """Write a catalogue as it is kept."""
    file = BytesIO()
    write_po(file, catalogue, no_location=True, sort_output=True, width=0, ignore_obsolete=True)
    lines = file.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.lstrip(b'"').startswith(_NOISE))


def _path(root: Path, language: str) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / "django.po"
