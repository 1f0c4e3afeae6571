"""What an agent writes, formatted: CommonMark text in, safe HTML out. Pure.

The text as typed is the plain-text twin: it reads well without any formatting.
"""

import re

import nh3
from markdown_it import MarkdownIt

_READER = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["image", "html_block"])
_ALLOWED = {"p", "br", "strong", "em", "code", "pre", "ul", "ol", "li", "a", "blockquote", "hr",
            "h1", "h2", "h3", "h4", "h5", "h6"}  # fmt: skip
_PLAIN = re.compile(r"</?p>|<br ?/?>|\s")
#: Nobody formats more than this; longer texts leave as they are.
MAX_FORMATTED = 20_000


def to_html(text: str) -> str:
    """Return the formatted text, or "" where it holds no formatting at all."""
    if len(text) > MAX_FORMATTED:
        return ""
    html = nh3.clean(
        _READER.render(text),
        tags=_ALLOWED,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return html.strip() if "<" in _PLAIN.sub("", html) else ""
