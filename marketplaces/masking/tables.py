"""Masking of XML and of tab or comma separated files. Pure, and linear in the length."""

import csv
import io
import re
from itertools import islice

from marketplaces.masking.trees import leaf
from marketplaces.masking.words import hides_all, is_about_errors, mark

MAX_ROWS = 50
_PIECE = re.compile(r"<([^<>]*)>([^<]*)")
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')""")


def mask_xml(text: str) -> str:
    """:raises ValueError: if it does not begin with a tag, or has comments or raw text in it."""
    text = text.strip().removeprefix("\ufeff")
    if not text.startswith("<") or "<!" in text:
        raise ValueError("not plain XML")
    path: list[str] = []
    written, read = [], 0
    for piece in _PIECE.finditer(text):
        if piece.start() != read:
            raise ValueError("not plain XML")
        written.append(_piece(piece.group(1), piece.group(2), path))
        read = piece.end()
    if read != len(text):
        raise ValueError("not plain XML")
    return "".join(written)


def _piece(tag: str, text: str, path: list[str]) -> str:
    if tag.startswith("?"):
        return f"<{tag}>\n" if tag.startswith("?xml") else ""
    name = tag.strip("/").split(None, 1)[0] if tag.strip("/").strip() else ""
    if not re.fullmatch(r"[\w:.-]{1,100}", name):
        raise ValueError("not plain XML")
    if tag.startswith("/"):
        if path:
            path.pop()
        return f"</{name}>" + (mark(text) if text.strip() else text)
    rest = tag.strip("/")[len(name):]  # fmt: skip
    kept = "".join(f' {key}="{_value(key, path, said[1:-1])}"' for key, said in
                   _ATTRIBUTE.findall(rest) if not key.startswith("xmlns"))  # fmt: skip
    if tag.endswith("/"):
        return f"<{name}{kept}/>" + (mark(text) if text.strip() else text)
    path.append(name)
    shown = text if not text.strip() else _value(name, path, text.strip())
    return f"<{name}{kept}>{shown}"


def _value(name: str, path: list[str], text: str) -> str:
    of_error = any(is_about_errors(above) for above in path)
    if any(hides_all(above) for above in path[:-1]):
        return mark(text)
    return leaf(name, text, of_error=of_error)


def mask_table(text: str, *, delimiter: str) -> str:
    """Mask a file whose first row names its columns; the first rows of it.

    :raises ValueError: if it is no such file.
    """
    try:
        rows = list(islice(csv.reader(io.StringIO(text), delimiter=delimiter), MAX_ROWS + 1))
    except csv.Error as error:
        raise ValueError("no table") from error
    names = rows[0] if rows else []
    if len(names) < 2 or not all(re.fullmatch(r"[\w .:/#-]{1,60}", name) for name in names):
        raise ValueError("no table")
    shown = [names]
    for row in rows[1:]:
        padded = [*names, *[""] * len(row)]
        shown.append([leaf(name, value) for name, value in zip(padded, row, strict=False)])
    return "\n".join(delimiter.join(row) for row in shown)
