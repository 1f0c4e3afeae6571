"""A reply as the mail that leaves: sender, thread, signature, what was said before, files."""

from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.html import escape, linebreaks
from django.utils.translation import gettext as _

from helpdesk.mail.classification import LOOP_HEADER
from helpdesk.mail.message_ids import capped_references
from helpdesk.mail.reply_tokens import reply_address, with_token
from helpdesk.models import Message, MessageKind, OutgoingMail, OutgoingState

QUOTED_LINES = 40
REFERENCES_READ = 100


def letter_of(mail: OutgoingMail) -> EmailMultiAlternatives:
    """Return the mail for a queued reply; the same row always gives the same letter.

    Its Message-ID is the message's own: whoever gets it twice can tell.
    """
    message, ticket = mail.message, mail.message.ticket
    letter = EmailMultiAlternatives(
        subject=with_token(f"Re: {ticket.subject}", ticket.pk, secret=settings.SECRET_KEY),
        body=_body(message),
        from_email=formataddr((_sender_name(message), settings.SUPPORT_ADDRESS)),
        to=[formataddr((_one_line(ticket.requester.name), address)) for address in mail.recipients],
        reply_to=[
            reply_address(ticket.pk, base=settings.SUPPORT_ADDRESS, secret=settings.SECRET_KEY)
        ],
        headers=_thread(message),
    )
    if message.html:
        letter.attach_alternative(_html_twin(message), "text/html")
    for file in message.attachments.order_by("pk"):
        with file.open() as content:
            letter.attach(file.filename, content.read(), file.content_type)
    return letter


def _sender_name(message: Message) -> str:
    name = message.author.get_short_name() if message.author_id else ""
    return _one_line(f"{name}, {settings.SUPPORT_NAME}" if name else settings.SUPPORT_NAME)


def _thread(message: Message) -> dict[str, str]:
    earlier = tuple(
        Message.objects.filter(ticket=message.ticket_id, pk__lt=message.pk)
        .exclude(internet_message_id="")
        .exclude(outgoing__state=OutgoingState.RETRACTED)
        .order_by("pk")
        .values_list("internet_message_id", flat=True)[:REFERENCES_READ]
    )
    headers = {
        "Message-ID": message.internet_message_id,
        LOOP_HEADER: settings.MAIL_DOMAIN,
        "References": " ".join(capped_references(earlier, message.in_reply_to)),
        "In-Reply-To": message.in_reply_to,
    }
    return {name: value for name, value in headers.items() if value}


def _body(message: Message) -> str:
    parts = [message.text]
    if message.author_id and message.author.signature:
        parts.append(f"-- \n{message.author.signature}")
    said = _said_before(message)
    if said:
        parts.append(said)
    return "\n\n".join(parts) + "\n"


def _html_twin(message: Message) -> str:
    """The formatted text, then the same signature and quotation as in the plain one."""
    rest = _body(message).removeprefix(message.text)
    return f'<div dir="auto">{message.html}{linebreaks(escape(rest))}</div>'


def _said_before(message: Message) -> str:
    """Quote the customer's last message, so that they know what is answered."""
    last = (
        Message.objects.filter(
            ticket=message.ticket_id, kind=MessageKind.CUSTOMER_MESSAGE, pk__lt=message.pk
        )
        .exclude(is_automatic=True)
        .select_related("customer")
        .order_by("-pk")
        .first()
    )
    if last is None or not last.text.strip():
        return ""
    lines = last.text.strip().splitlines()
    quoted = [f"> {line}" for line in lines[:QUOTED_LINES]]
    if len(lines) > QUOTED_LINES:
        quoted.append("> …")
    who = _one_line(str(last.customer))
    # Whoever writes or looks at the letter, the customer gets it in the installation's language.
    with translation.override(settings.LANGUAGE_CODE):
        facts = {"when": f"{last.written_at:%d %b %Y, %H:%M} UTC", "who": who}
        return "\n".join([_("On %(when)s, %(who)s wrote:") % facts, *quoted])


def _one_line(text: str) -> str:
    return " ".join(text.split())
