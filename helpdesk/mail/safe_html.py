"""Foreign HTML made harmless: nothing runs, nothing loads, nothing posts.

Two steps. Our own writer repeats the tokens as balanced, shallow markup of known
tags with images put to sleep; nh3 then sanitises that. The writer is there because
the sanitiser's tree is quadratic in depth (64 kB of open list items take 0.4 s,
500 kB about 25 s); safety rests on nh3 alone, which knows no ``src`` attribute.
"""

from dataclasses import dataclass
from html import escape
from urllib.parse import unquote

import nh3

from helpdesk.mail.html_tokens import EndTag, StartTag, html_tokens

CONTENT_ID_CHARS = 190

_DEEPEST = 100
_VOID = frozenset({"br", "hr", "img", "wbr", "col"})
_CELLS = frozenset({"td", "th"})
_ENDS_BEFORE = {
    **{"p": frozenset({"p"}), "li": frozenset({"li"}), "tr": _CELLS | {"tr"}},
    **{"td": _CELLS, "th": _CELLS, "dt": frozenset({"dt", "dd"}), "dd": frozenset({"dt", "dd"})},
}
_TAGS = _VOID | frozenset(
    {"a", "abbr", "b", "big", "blockquote", "caption", "center", "cite", "code", "colgroup"}
    | {"dd", "del", "details", "div", "dl", "dt", "em", "figcaption", "figure", "font"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "i", "ins", "kbd", "li", "mark", "ol", "p", "pre"}
    | {"q", "s", "samp", "small", "span", "strike", "strong", "sub", "summary", "sup", "table"}
    | {"tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul"}
)
_ATTRIBUTES = {
    **{"*": {"dir", "lang", "title"}, "a": {"href"}, "ol": {"start", "type"}, "li": {"value"}},
    **{"img": {"alt", "width", "height", "data-remote-src", "data-cid"}},
    **{"td": {"colspan", "rowspan", "align", "valign"}, "table": {"align"}},
    **{"th": {"colspan", "rowspan", "align", "valign"}, "tr": {"align", "valign"}},
    **{"p": {"align"}, "div": {"align"}},
}
_OURS = {"data-remote-src", "data-cid"}  # A sender's own ones are not taken over.
_SANITISER = nh3.Cleaner(
    tags=set(_TAGS),
    attributes=_ATTRIBUTES,
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
)


@dataclass(frozen=True)
class SafeHtml:
    """``html`` may be shown as it is; ``content_ids`` are the embedded images it shows."""

    html: str
    has_remote_images: bool = False
    content_ids: frozenset[str] = frozenset()


def sanitise(source: str) -> SafeHtml:
    """Return the part of the markup that only formats.

    Remote images keep their address in ``data-remote-src``, embedded ones their
    Content-ID in ``data-cid``; neither is fetched by a browser. Every link opens
    outside and tells nothing of where it was. The caller caps the length.
    """
    writer = _Writer()
    for token in html_tokens(source):
        if isinstance(token, StartTag):
            writer.open(token)
        elif isinstance(token, EndTag):
            writer.close(token.name)
        else:
            writer.write(token)
    clean = _SANITISER.clean(writer.finished()).strip()
    return SafeHtml(clean, writer.has_remote_images, frozenset(writer.content_ids))


class _Writer:
    def __init__(self):
        self.content_ids: set[str] = set()
        self.has_remote_images = False
        self._pieces: list[str] = []
        self._stack: list[str] = []

    def write(self, text: str) -> None:
        self._pieces.append(escape(text, quote=False))

    def open(self, tag: StartTag) -> None:
        if tag.name not in _TAGS:
            return
        while self._stack and self._stack[-1] in _ENDS_BEFORE.get(tag.name, ()):
            self._pop()
        if tag.name in _VOID:
            self._pieces.append(self._start(tag))
        elif len(self._stack) < _DEEPEST:
            self._pieces.append(self._start(tag))
            self._stack.append(tag.name)

    def close(self, name: str) -> None:
        if name in self._stack:
            while self._pop() != name:
                pass

    def finished(self) -> str:
        while self._stack:
            self._pop()
        return "".join(self._pieces)

    def _pop(self) -> str:
        name = self._stack.pop()
        self._pieces.append(f"</{name}>")
        return name

    def _start(self, tag: StartTag) -> str:
        kept = (_ATTRIBUTES["*"] | _ATTRIBUTES.get(tag.name, set())) - _OURS
        attributes = {name: value for name, value in tag.attributes.items() if name in kept}
        if tag.name == "img":
            attributes |= self._image(tag.attributes.get("src", "").strip())
        written = [f' {name}="{escape(value)}"' for name, value in attributes.items()]
        return f"<{tag.name}{''.join(written)}>"

    def _image(self, source: str) -> dict[str, str]:
        scheme = source[:8].lower()
        if scheme.startswith("cid:"):
            content_id = unquote(source[4:]).strip("<> ")[:CONTENT_ID_CHARS]
            self.content_ids.add(content_id)
            return {"data-cid": content_id}
        if scheme.startswith("//"):
            source = f"https:{source}"
        elif not scheme.startswith(("http://", "https://")):
            return {}
        self.has_remote_images = True
        return {"data-remote-src": source}
