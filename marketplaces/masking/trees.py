"""Masking of what has names and values: JSON, GraphQL, forms. Pure."""

import json
import re
from urllib.parse import parse_qsl, quote, urlencode

from marketplaces.masking.words import (
    MARK,
    hides_all,
    is_about_errors,
    is_harmless,
    is_private,
    is_said_of_an_error,
    mark,
    scrub,
    without_numbers,
)

#: Deeper than any marketplace nests; what is below is not shown.
MAX_DEPTH = 40
_LITERAL = re.compile(r'"""(?:[^"]|"(?!""))*"""|"(?:[^"\\]|\\.)*"|(?<![\w.])-?\d{7,}(?![\w.])')
_IS_GRAPHQL = re.compile(r"\s*(?:query|mutation|fragment|subscription|\{)")


def mask_json(text: str) -> str:
    """:raises ValueError: if it is no JSON."""
    try:
        tree = json.loads(text)
    except RecursionError as error:
        raise ValueError("too deep") from error
    return json.dumps(_masked(tree, name="", of_error=False, depth=0), ensure_ascii=False)


def mask_form(text: str) -> str:
    """Mask what a form or the query of an address carries."""
    pairs = parse_qsl(text, keep_blank_values=True)
    masked = urlencode([(mask_key(name), leaf(name, value)) for name, value in pairs])
    return masked.replace(quote(MARK), MARK)


def mask_graphql(text: str) -> str:
    """Keep the shape of a query, not what is written into it."""
    return _LITERAL.sub(lambda found: f'"{mark(found.group())}"', text)


def leaf(name: str, value: str, *, of_error: bool = False) -> str:
    """Return a value as it may be kept under a name."""
    if of_error and is_said_of_an_error(name):
        return scrub(value)
    if value == "" or (not is_private(name) and is_harmless(name, value)):
        return value
    return mark(value)


def mask_key(name: str) -> str:
    """A name is one if it looks like one; a map by mail addresses has values for names."""
    is_one = re.fullmatch(r"[\w$:.\[\]{}@#/-]{0,80}", name) and without_numbers(name) == name
    return name if is_one else mark(name)


def _masked(value, *, name: str, of_error: bool, depth: int):
    if depth > MAX_DEPTH:
        return MARK
    below = {"of_error": of_error or is_about_errors(name), "depth": depth + 1}
    if isinstance(value, dict):
        return {
            mask_key(key): _hidden(item, depth=depth)
            if hides_all(key)
            else _masked(item, name=key, **below)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_masked(one, name=name, **below) for one in value]
    if isinstance(value, str):
        return _text(name, value, of_error=of_error)
    if value is None or isinstance(value, bool):
        return value
    return value if leaf(name, str(value)) == str(value) else mark(value)


def _text(name: str, value: str, *, of_error: bool) -> str:
    if name == "query" and _IS_GRAPHQL.match(value):
        return mask_graphql(value)
    return leaf(name, value, of_error=of_error)


def _hidden(value, *, depth: int):
    """Keep the shape of what is private, and none of it: not even the names of a map by names."""
    if depth > MAX_DEPTH:
        return MARK
    if isinstance(value, dict):
        return {mask_key(key): _hidden(item, depth=depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_hidden(item, depth=depth + 1) for item in value]
    return value if value is None or isinstance(value, bool) or value == "" else mark(value)
