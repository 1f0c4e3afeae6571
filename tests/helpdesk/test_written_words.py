"""Plain words of a message as paragraphs, with their addresses as links."""

import pytest
from django.utils.html import linebreaks, urlize

from helpdesk.templatetags.tickets import LINKED_UP_TO, paragraphs

TEXTS = {
    "nothing": "",
    "sentences": "Hello. It is broken: the lamp. What now...\n\nKaren",
    "markup": '<b>5 > 4</b> & "so" it\'s\nnext line',
    "address": "See https://example.com/a?b=1&c=2.",
    "address in brackets": "(http://example.com)",
    "address without its kind": "www.example.com, or example.org/way",
    "mail": "Write to karen+lamp@example.com!",
    "odd mail": "Write to karen+@example.com",
    "not an address": "It costs 3.5 or 12:30, or e.g. nothing",
    "at the edges": ".com @here :there www. http: @",
    "another alphabet": "Schreib an jörg@beispiel.example. Danke.",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_every_address_becomes_a_link_and_all_else_is_escaped(text):
    assert paragraphs(text) == linebreaks(urlize(text, nofollow=True, autoescape=True))


def test_a_text_longer_than_anybody_reads_has_no_links():
    long = "https://example.com/ <b> " * (LINKED_UP_TO // 20)

    assert "<a" not in paragraphs(long)
    assert "&lt;b&gt;" in paragraphs(long)
