"""Forms of pages as they are drawn, to be sent back by a browser without a script."""

import re
from html.parser import HTMLParser


def form_of(response) -> dict[str, list[str]]:
    """Return what would be sent of the page's largest form."""
    page = response.content.decode()
    parser = _Form()
    parser.feed(re.search(r'<form class="page-body.*?</form>', page, re.DOTALL)[0])
    return parser.sent


class _Form(HTMLParser):
    def __init__(self):
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._select = self._text = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "input" and "name" in attrs:
            is_box = attrs.get("type") in ("checkbox", "radio")
            if not is_box or "checked" in attrs:
                self._send(attrs["name"], attrs.get("value", ""))
        elif tag == "select":
            self._select, self._first = attrs.get("name"), None
        elif tag == "option" and self._select:
            self._first = attrs["value"] if self._first is None else self._first
            if "selected" in attrs:
                self._send(self._select, attrs["value"])
                self._select = None
        elif tag == "textarea":
            self._text, self.sent[attrs["name"]] = attrs["name"], [""]

    def handle_endtag(self, tag):
        if tag == "select" and self._select:
            self._send(self._select, self._first)
        self._select = None if tag == "select" else self._select
        self._text = None if tag == "textarea" else self._text

    def handle_data(self, data):
        if self._text:
            self.sent[self._text][0] += data

    def _send(self, name, value):
        self.sent.setdefault(name, []).append(value or "")
