"""Names in a note, drawn as what they are. No queries: the mentions are loaded beside the note."""

import re

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from helpdesk.models import Message

register = template.Library()

#: What lies inside a tag, or inside a link, is left alone.
_TAG_OR_LINK = re.compile(r"(<a\b[^>]*>.*?</a>|<[^>]*>)", re.DOTALL | re.IGNORECASE)


@register.filter
def with_mentions(html: SafeString, message: Message) -> SafeString:
    """Turn ``@Name`` of whoever was told into a link to what they work on."""
    mentions = message.mentions.all()
    if not mentions:
        return html
    links = {escape(mention.words): _link(mention) for mention in mentions}
    # The longest first: "@Anna Lee" is not "@Anna" with something behind it.
    names = "|".join(re.escape(words) for words in sorted(links, key=len, reverse=True))
    named = re.compile(rf"(?:{names})(?!\w)")
    parts = _TAG_OR_LINK.split(html)
    parts[::2] = [named.sub(lambda found: links[found[0]], part) for part in parts[::2]]
    return mark_safe("".join(parts))


def _link(mention) -> SafeString:
    address = f"{reverse('helpdesk:queue')}?view=all&assignee={mention.user_id}"
    return format_html('<a class="mention" href="{}">{}</a>', address, mention.words)
