"""HTML to a stream of tags and text, in one pass, whatever the input.

The standard library's HTMLParser is quadratic on unclosed tags (12 kB of "<a "
repeated took a second); this reads each character once, as browsers do, and where
markup has no end it is text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

_NAME = re.compile(r"[a-zA-Z][^\s/>]{0,40}")
_ATTRIBUTE = re.compile(
    r"""[\s/]*+([^\s/>][^\s/>=]*+)(?:\s*+=\s*+("[^"]*"|'[^']*'|[^\s>]*+))?""", re.DOTALL
)
_TAG_END = re.compile(r"[\s/]*+>")
_HUGE_REFERENCE = re.compile(r"&#(?:[0-9]{8,}+|[xX][0-9a-fA-F]{8,}+);?")
# Their content is not text for readers; everything up to the end tag belongs to it.
_SWALLOWING = frozenset(
    {"script", "style", "title", "iframe", "noembed", "noframes", "textarea", "xmp", "svg", "math"}
    | {"object", "select", "template"}
)
_SWALLOWED_END = {name: re.compile(rf"</{name}(?=[\s/>])", re.I) for name in _SWALLOWING}


@dataclass(frozen=True, slots=True)
class StartTag:
    name: str
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class EndTag:
    name: str


Token = str | StartTag | EndTag


def html_tokens(source: str) -> Iterator[Token]:
    """Yield text (unescaped), start tags and end tags; names are in lower case.

    Comments, declarations and the content of scripts, styles and the like are left
    out. The tags need not match one another.
    """
    position = 0
    while position < len(source):
        start = source.find("<", position)
        if start < 0:
            start = len(source)
        if start > position:
            yield unescaped(source[position:start])
        token, position = _markup(source, start)
        if token is not None:
            yield token
        if isinstance(token, StartTag) and token.name in _SWALLOWING:
            end = _SWALLOWED_END[token.name].search(source, position)
            position = end.start() if end else len(source)


def unescaped(text: str) -> str:
    """Replace character references; html.unescape refuses numbers of 5,000 digits."""
    return unescape(_HUGE_REFERENCE.sub("\ufffd", text)) if "&" in text else text


def _markup(source: str, start: int) -> tuple[Token | None, int]:
    """Read what begins with the "<" at ``start``; return it and where it ends."""
    if source.startswith("<!--", start):
        return None, _after(source, "-->", start + 4)
    if source.startswith(("<!", "<?"), start):
        return None, _after(source, ">", start + 2)
    if source.startswith("</", start):
        return _end_tag(source, start)
    name = _NAME.match(source, start + 1)
    if name is None:
        return source[start : start + 1] or None, start + 1
    return _start_tag(source, start, name)


def _after(source: str, end: str, start: int) -> int:
    found = source.find(end, start)
    return len(source) if found < 0 else found + len(end)


def _end_tag(source: str, start: int) -> tuple[Token | None, int]:
    name = _NAME.match(source, start + 2)
    after = _after(source, ">", start + 2)
    return (EndTag(name.group().lower()) if name else None), after


def _start_tag(source: str, start: int, name: re.Match) -> tuple[Token, int]:
    attributes: dict[str, str] = {}
    position = name.end()
    while attribute := _ATTRIBUTE.match(source, position):
        key, value = attribute.groups()
        attributes.setdefault(key[:60].lower(), unescaped(_unquoted(value or "")))
        position = attribute.end()
    end = _TAG_END.match(source, position)
    if end is None:
        # The tag never ends, so neither does any other: the rest is text.
        return unescaped(source[start:]), len(source)
    return StartTag(name.group().lower(), attributes), end.end()


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] in "\"'" and value[0] == value[-1]
    return value[1:-1] if is_quoted else value
