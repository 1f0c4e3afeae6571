"""Catalogues are compiled as they are written, and no translation loses a placeholder."""

import ast
import re

import pytest
from babel.messages.mofile import read_mo
from django.conf import settings

from helpdesk.catalogues import (
    FUNCTIONS,
    PLACES,
    catalogue_at,
    is_translated,
    sentences_of,
    written,
)

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}|(#+)(?!\w)|(</?\w+)|(&\w+;)")


@pytest.fixture(params=LANGUAGES, scope="module")
def language(request):
    return request.param


@pytest.fixture(scope="module")
def catalogue(language):
    return catalogue_at(settings.BASE_DIR, language)


@pytest.fixture(scope="module")
def sentences():
    return ids(sentences_of(settings.BASE_DIR))


def ids(catalogue) -> set:
    return {(one.id, one.context) for one in entries(catalogue)}


def entries(catalogue):
    return [one for one in catalogue if one.id]


def forms(value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def said(catalogue) -> dict:
    """What a catalogue says, read from either kind of file."""
    translated = [one for one in entries(catalogue) if is_translated(one)]
    return {(forms(one.id), context_of(one)): forms(one.string) for one in translated}


def context_of(one) -> str | None:
    """Babel leaves the context of a compiled entry as bytes."""
    return one.context.decode() if isinstance(one.context, bytes) else one.context


def test_the_file_is_written_as_the_command_writes_it(catalogue, language):
    path = settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"
    assert path.read_bytes() == written(catalogue)


def test_a_translation_keeps_every_placeholder_tag_and_entity(catalogue):
    for one in entries(catalogue):
        wanted = [sorted(map(str, PLACEHOLDER.findall(form))) for form in forms(one.id)]
        for position, form in enumerate(forms(one.string)):
            if form:
                there = sorted(map(str, PLACEHOLDER.findall(form)))
                assert there in (wanted[min(position, len(wanted) - 1)], wanted[-1]), one.id


def test_nothing_is_fuzzy_and_plurals_have_all_their_forms(catalogue):
    for one in entries(catalogue):
        assert not one.fuzzy, one.id
        if one.pluralizable:
            assert len(one.string) == catalogue.num_plurals, one.id


def test_the_compiled_catalogue_says_what_the_written_one_says(catalogue, language):
    path = settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.mo"
    with path.open("rb") as file:
        assert said(read_mo(file)) == said(catalogue)


def test_a_catalogue_finds_sentences_of_templates_modules_and_choices(sentences):
    assert ("Take it", None) in sentences
    assert ("Link", "act") in sentences
    assert (("%(count)d message", "%(count)d messages"), None) in sentences


def test_a_catalogue_has_what_the_sources_say_and_nothing_else(catalogue, sentences):
    kept = ids(catalogue)
    assert sentences <= kept, "run manage.py update_catalogues, then translate"
    assert kept <= sentences, "run manage.py update_catalogues"
    assert not catalogue.obsolete


def test_every_sentence_is_translated(catalogue):
    missing = ids(one for one in catalogue if not is_translated(one))
    assert not missing, f"{len(missing)} entries of {catalogue.locale} wait: {list(missing)[:5]}"


def test_no_sentence_hides_inside_another_text():
    """Python before 3.12 reads f"{_('Done')}" as one text, in which no sentence is found."""
    hidden = []
    for place in PLACES:
        for path in (settings.BASE_DIR / place).rglob("*.py"):
            texts = [
                node
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.JoinedStr)
            ]
            hidden += [f"{path}:{text.lineno}" for text in texts if translates(text)]
    assert hidden == []


def translates(text: ast.JoinedStr) -> bool:
    calls = (node.func for node in ast.walk(text) if isinstance(node, ast.Call))
    return any(isinstance(called, ast.Name) and called.id in FUNCTIONS for called in calls)
