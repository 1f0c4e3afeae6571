"""How tickets are drawn: codes of channels, pictures of acts. No queries, no decisions."""

import re
from decimal import Decimal

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html, linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from helpdesk.models import (
    Attachment,
    Channel,
    CustomerIdentity,
    Message,
    MessageKind,
    OutgoingMail,
    OutgoingState,
    Priority,
    Status,
    Ticket,
)
from helpdesk.services.identities import COUNTED_FROM
from marketplaces.models import Order, OrderLine, OrderStatus
from marketplaces.money import Money

register = template.Library()

#: Finding addresses costs more than linear time; nobody reads links in a text longer than this.
LINKED_UP_TO = 20_000
#: Looking at each word is most of drawing a message, and most messages hold no address.
_MAY_BE_AN_ADDRESS = re.compile(r"\S[.@:]\S")
STRONG_FROM = Decimal("0.7")

CHANNEL_CODES = {
    Channel.EMAIL: "EML",
    Channel.AMAZON: "AMZ",
    Channel.SHOPIFY: "SHP",
    Channel.EBAY: "EBY",
    Channel.WALMART: "WMT",
    Channel.PHONE: "TEL",
    Channel.WEB: "WEB",
    "file": "IMP",
}


@register.simple_tag
def channel(value: str, name: str = "") -> SafeString:
    """The three letters of a channel, with its name for whoever hovers or listens."""
    name = name or dict(Channel.choices).get(value, value)
    code = CHANNEL_CODES.get(value, value[:3].upper())
    return format_html('<span class="channel" title="{}">{}</span>', name, code)


@register.simple_tag
def status(value: str) -> SafeString:
    """A shape and a word."""
    label = Status(value).label
    return format_html('<span class="status" data-status="{}">{}</span>', value, label)


@register.filter
def awaits_answer(ticket: Ticket) -> bool:
    """The customer wrote last and nobody has answered."""
    if ticket.status not in {Status.NEW, Status.OPEN} or not ticket.last_customer_message_at:
        return False
    return not ticket.last_reply_at or ticket.last_reply_at < ticket.last_customer_message_at


@register.filter
def is_pressing(ticket: Ticket) -> bool:
    """Somebody set it above normal."""
    return ticket.priority > Priority.NORMAL


VOICES = {
    MessageKind.CUSTOMER_MESSAGE: "customer",
    MessageKind.PUBLIC_REPLY: "agent",
    MessageKind.INTERNAL_NOTE: "note",
}


@register.filter
def voice(message: Message) -> str:
    """Which of the three looks a message has."""
    return VOICES[message.kind]


@register.filter
def writer(message: Message) -> str:
    return str(message.customer or message.author or "Recourse")


@register.filter
def is_moving(mail: OutgoingMail | str | None) -> bool:
    """On its first way out: worth asking again in a moment."""
    if not mail or mail.attempts > 1:
        return False
    return mail.state in {OutgoingState.QUEUED, OutgoingState.SENDING}


@register.filter
def paragraphs(text: str) -> SafeString:
    """Plain words as paragraphs, addresses as links as long as the text is of human length."""
    if len(text) >= LINKED_UP_TO or not _MAY_BE_AN_ADDRESS.search(text):
        return mark_safe(linebreaks(text, autoescape=True))
    return mark_safe(linebreaks(urlize(text, nofollow=True, autoescape=True)))


@register.filter
def line_count(text: str) -> int:
    return len(text.strip().splitlines())


@register.filter
def file_picture(file: Attachment) -> str:
    return "image" if file.content_type.startswith("image/") else "file"


@register.filter
def match_words(identity: CustomerIdentity) -> str:
    """How sure we are that this is the same customer, and why."""
    if identity.confidence == 1:
        return _("exact")
    certainty = {"confidence": number_format(identity.confidence), "evidence": _(identity.evidence)}
    if identity.confidence < COUNTED_FROM:
        return _("weak, %(confidence)s: not counted") % certainty
    if identity.confidence < STRONG_FROM:
        return _("fair, %(confidence)s: %(evidence)s") % certainty
    return _("strong, %(confidence)s: %(evidence)s") % certainty


@register.filter
def happening_word(event) -> str:
    """The state of a ticket or an order, as a word of the reader's language."""
    choices = Status if event.kind == "ticket" else OrderStatus
    return str(choices(event.state).label)


@register.filter
def line_total(line: OrderLine, order: Order) -> Money:
    """What was paid for a line: item, shipping, tax and gift wrap."""
    parts = (line.item_minor, line.shipping_minor, line.tax_minor, line.gift_wrap_minor)
    return Money(sum(parts), order.currency)


#: As an address is read; what has another name comes behind these.
_ADDRESS = (
    "name", "company", "address1", "street", "address2", "street2", "city", "state", "zip",
    "postal_code", "postcode", "country", "phone",
)  # fmt: skip


@register.filter
def address_lines(ship_to: dict[str, str]) -> list[str]:
    """The parts of an address from the name to the country, each once."""
    rank = {key: place for place, key in enumerate(_ADDRESS)}
    parts = sorted(ship_to.items(), key=lambda pair: rank.get(pair[0], len(rank)))
    return list(dict.fromkeys(str(value) for _, value in parts if value))


@register.filter
def in_currency(minor: int, order: Order) -> Money | None:
    """An amount of a line in the order's currency; nothing where nothing was charged."""
    return Money(minor, order.currency) if minor else None
