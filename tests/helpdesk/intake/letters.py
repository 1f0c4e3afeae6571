"""Mails as they arrive, in bytes."""

from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count

from tests.factories import MONDAY

_numbers = count(1)


def a_mail(
    text: str = "The kettle leaks.",
    *,
    sender: str = "Karen Whitfield <karen@mail.example>",
    to: str = "support@recourse.example",
    subject: str = "Leaking kettle",
    message_id: str = "",
    **headers: str,
) -> bytes:
    """Write a plain mail; further headers with underscores for hyphens."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = format_datetime(MONDAY)
    mail["Message-ID"] = message_id or f"<{next(_numbers)}.{id(mail)}@mail.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def a_bounce(original_id: str, *, status: str = "5.1.1", message_id: str = "") -> bytes:
    """A delivery report (RFC 3464) about a mail of ours."""
    return "\r\n".join(
        [
            "Return-Path: <>",
            "From: Mail Delivery System <MAILER-DAEMON@mx.mail.example>",
            "To: support@recourse.example",
            "Subject: Undelivered Mail Returned to Sender",
            f"Message-ID: {message_id or f'<bounce{next(_numbers)}@mx.mail.example>'}",
            "Auto-Submitted: auto-replied",
            "MIME-Version: 1.0",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            "",
            "--b",
            "Content-Type: text/plain",
            "",
            "I could not deliver your mail.",
            "--b",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; mx.mail.example",
            "",
            "Final-Recipient: rfc822; karen@mail.example",
            f"Action: {'failed' if status.startswith('5') else 'delayed'}",
            f"Status: {status}",
            "Diagnostic-Code: smtp; 550 no such user",
            "",
            "--b",
            "Content-Type: text/rfc822-headers",
            "",
            f"Message-ID: {original_id}",
            "Subject: Re: Leaking kettle",
            "",
            "--b--",
            "",
        ]
    ).encode()
