"""What buyers write as the mail a marketplace relays, where it has no API for messages.

Sender, subject and the lines around an Amazon message are as sellers receive them; they are
documented nowhere and may change. Walmart's and a shop's mails are plain.
"""

from email.message import EmailMessage
from email.utils import format_datetime

from sandbox.values import Message, Order, Shop

#: Marketplaces whose messages come by mail; eBay has an API.
BY_MAIL = ("amazon", "walmart", "shopify")
_SUBJECTS = {
    "amazon": "Inquiry from Amazon customer {name} (Order: {order})",
    "walmart": "Customer question about order {order}",
    "shopify": "{subject}",
}
_AMAZON = """You have received a message.

# Order ID {order}:
{lines}

------------- Begin message -------------

{text}

------------- End message -------------
"""


def mail_of(shop: Shop, order: Order, message: Message, *, to: str) -> str:
    """Return the mail as text, headers and all."""
    mail = EmailMessage()
    mail["From"] = f'"{order.buyer.name}" <{order.buyer.email}>'
    mail["To"] = to
    mail["Subject"] = _SUBJECTS[shop.marketplace].format(
        name=order.buyer.name,
        order=order.reference,
        subject=message.subject or f"Order {order.reference}",
    )
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = f"<{message.id}.{shop.id}@sandbox.example>"
    mail.set_content(_text(shop, order, message))
    return mail.as_string()


def _text(shop: Shop, order: Order, message: Message) -> str:
    if shop.marketplace != "amazon":
        return message.text
    lines = "\n".join(f"# {line.asin} {line.title}" for line in order.lines)
    return _AMAZON.format(order=order.reference, lines=lines, text=message.text)
