"""Mail the demo's customers write, as the bytes a mail server would hand in."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from django.conf import settings

from helpdesk.demo.files import page, upload
from helpdesk.demo.script import AUTOMATIC
from helpdesk.mail.reply_tokens import reply_address
from helpdesk.models import CustomerIdentity, Message, Ticket


def first_letter(scene, identity: CustomerIdentity) -> bytes:
    """Return the mail that opens a scene's ticket."""
    letter = _letter(identity, subject=scene.subject, name=scene.key, at=scene.opened_at)
    letter.set_content(scene.text)
    if scene.page:
        letter.add_alternative(page(scene.page), subtype="html")
    return _packed(letter, scene.files)


def answer(scene, act, identity: CustomerIdentity, ticket: Ticket) -> bytes:
    """Return the mail with which the customer answers our last reply, quoting it."""
    name = f"{scene.key}.{int(act.at.timestamp())}"
    letter = _letter(identity, subject=f"Re: {scene.subject}", name=name, at=act.at)
    letter.replace_header(
        "To", reply_address(ticket.pk, base=settings.SUPPORT_ADDRESS, secret=settings.SECRET_KEY)
    )
    if act.verb == AUTOMATIC:
        letter["Auto-Submitted"] = "auto-replied"
    last = ticket.messages.exclude(internet_message_id="").in_order().last()
    if last is not None:
        letter["In-Reply-To"] = last.internet_message_id
    letter.set_content(f"{act.words}\n\n{act.quoted or _quote(last)}")
    return _packed(letter, act.files)


def _letter(identity: CustomerIdentity, *, subject: str, name: str, at: datetime) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = formataddr((identity.customer.name, identity.value))
    letter["To"] = settings.SUPPORT_ADDRESS
    letter["Subject"] = subject
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = f"<{name}@{identity.value.rpartition('@')[2]}>"
    return letter


def _quote(message: Message | None) -> str:
    if message is None or message.author is None:
        return ""
    lines = "\n".join(f"> {line}".rstrip() for line in message.text.splitlines())
    when = f"{message.written_at:%d %b %Y at %H:%M}"
    return f"On {when}, {message.author} <{settings.SUPPORT_ADDRESS}> wrote:\n{lines}"


def _packed(letter: EmailMessage, files: tuple[str, ...]) -> bytes:
    for name in files:
        file = upload(name)
        maintype, _, subtype = file.content_type.partition("/")
        letter.add_attachment(file.content, maintype, subtype, filename=file.filename)
    return letter.as_bytes()
