"""HTML to text that reads like a letter."""

from helpdesk.mail.html_tokens import EndTag, StartTag, html_tokens

_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre"})
_BLOCKS = _PARAGRAPHS | frozenset(
    {"div", "blockquote", "li", "tr", "dt", "dd", "section", "article", "header", "footer"}
    | {"main", "aside", "nav", "form", "fieldset", "address", "center", "figure", "figcaption"}
    | {"body", "html", "caption", "thead", "tbody", "tfoot", "option"}
)
_RULE = "_" * 32
_DEEPEST_QUOTE = 10


def html_to_text(source: str) -> str:
    """Return the readable text: one line per table row, "- " or "1. " before list items,
    "> " before quotations, "text (address)" for links whose address is not their text.

    Work grows linearly with the source.
    """
    writer = _Writer()
    for token in html_tokens(source):
        if isinstance(token, StartTag):
            _open(writer, token)
        elif isinstance(token, EndTag):
            _close(writer, token.name)
        else:
            writer.write(token)
    return writer.finished()


def _open(writer: "_Writer", tag: StartTag) -> None:
    match tag.name:
        case "br":
            writer.end_line(keep_blank=True)
        case "hr":
            writer.write_line(_RULE)
        case "img":
            writer.write(tag.attributes.get("alt", ""))
        case "a":
            writer.open_link(tag.attributes.get("href", ""))
        case "td" | "th":
            writer.next_cell()
        case _ if tag.name in _BLOCKS:
            writer.open_block(tag.name)


def _close(writer: "_Writer", name: str) -> None:
    if name == "a":
        writer.close_link()
    elif name in _BLOCKS:
        writer.close_block(name)


class _Writer:
    def __init__(self):
        self._lines: list[str] = []
        self._line: list[str] = []
        self._prefix = ""  # What goes before the next written word: bullet or cell rule.
        self._wants_gap = False
        self._quotes = 0
        self._preformatted = 0
        self._lists: list[int | None] = []
        self._link = ""
        self._link_text: list[str] = []

    def write(self, text: str) -> None:
        if self._preformatted:
            self._write_preformatted(text)
            return
        words = " ".join(text.split())
        if not words:
            self._space(text)
            return
        if text[0].isspace():
            self._space(text)
        self._begin()
        self._line.append(words)
        if self._link:
            self._link_text.append(words)
        if text[-1].isspace():
            self._line.append(" ")

    def write_line(self, text: str) -> None:
        self.end_line()
        self.write(text)
        self.end_line()

    def _write_preformatted(self, text: str) -> None:
        first, *rest = text.replace("\r\n", "\n").split("\n")
        self._append_verbatim(first)
        for line in rest:
            self.end_line(keep_blank=True)
            self._append_verbatim(line)

    def _append_verbatim(self, text: str) -> None:
        if text.strip():
            self._begin()
        if text:
            self._line.append(text)

    def _space(self, text: str) -> None:
        if text and self._line and not self._line[-1].endswith(" "):
            self._line.append(" ")

    def _begin(self) -> None:
        """The first word of a line pays for the blank line and the bullet before it."""
        if not self._line and self._wants_gap and self._lines:
            self._put("")
        self._wants_gap = False
        if self._prefix:
            self._line.append(self._prefix)
            self._prefix = ""

    def end_line(self, *, keep_blank: bool = False) -> None:
        written = "".join(self._line).rstrip()
        self._line = []
        if written or keep_blank:
            self._put(written)

    def _put(self, line: str) -> None:
        mark = "> " * min(self._quotes, _DEEPEST_QUOTE)
        self._lines.append((mark + line).rstrip())

    def open_block(self, name: str) -> None:
        self.end_line()
        if name in _PARAGRAPHS and not self._lists:
            self._wants_gap = True
        match name:
            case "blockquote":
                self._wants_gap = False
                self._quotes += 1
            case "pre":
                self._preformatted += 1
            case "ul" | "ol":
                self._lists.append(0 if name == "ol" else None)
            case "li":
                self._prefix = self._bullet()
            case "tr":
                self._prefix = ""

    def close_block(self, name: str) -> None:
        self.end_line()
        self._prefix = ""
        match name:
            case "blockquote":
                self._quotes = max(0, self._quotes - 1)
            case "pre":
                self._preformatted = max(0, self._preformatted - 1)
            case "ul" | "ol" if self._lists:
                self._lists.pop()
        if name in _PARAGRAPHS and not self._lists:
            self._wants_gap = True

    def _bullet(self) -> str:
        indent = "  " * min(max(0, len(self._lists) - 1), _DEEPEST_QUOTE)
        if not self._lists or self._lists[-1] is None:
            return f"{indent}- "
        self._lists[-1] += 1
        return f"{indent}{self._lists[-1]}. "

    def next_cell(self) -> None:
        if self._line:
            self._prefix = " | "

    def open_link(self, address: str) -> None:
        self.close_link()
        self._link = address.strip()
        self._link_text = []

    def close_link(self) -> None:
        address, self._link = self._link, ""
        if not address.lower().startswith(("http://", "https://", "mailto:")):
            return
        text = " ".join(self._link_text)
        if not text or _bare(text) == _bare(address):
            return
        self._line.append(f" ({address.removeprefix('mailto:')})")

    def finished(self) -> str:
        self.close_link()
        self.end_line()
        return "\n".join(self._lines).strip("\n")


def _bare(address: str) -> str:
    bare = address.strip().lower().removeprefix("mailto:")
    return bare.removeprefix("http://").removeprefix("https://").removeprefix("www.").rstrip("/")
