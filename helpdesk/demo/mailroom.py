"""Mail that is no conversation: what the mail log and the quarantine show."""

from datetime import datetime, timedelta
from email.message import EmailMessage

from django.conf import settings

from helpdesk.mail.classification import LOOP_HEADER
from helpdesk.models import InboundMail, Message, MessageKind
from helpdesk.models.mail import Source
from helpdesk.services.intake import receive_mail

_UNREACHABLE = "peter.svensson@nordpost.example"


def fill_mail_log(*, now: datetime) -> None:
    """Hand in automatic mail, a duplicate, a bounce, and two that a person must look at."""
    parcel = _plain("noreply@parcels.example", "Your parcel is on its way", "Number 9400 1118 9922")
    parcel["Message-ID"] = "<parcel.9400@parcels.example>"
    parcel["Auto-Submitted"] = "auto-generated"
    for hours, raw in (
        (52.0, _newsletter()),
        (49.5, bytes(parcel)),
        (49.4, bytes(parcel)),
        (31.0, _vacation()),
        (27.2, _our_own()),
        (9.3, _without_sender()),
        (4.6, _bounce()),
        (2.7, _impostor()),
    ):
        receive_mail(raw, source=Source.IMAP, at=now - timedelta(hours=hours))


def _plain(sender: str, subject: str, text: str) -> EmailMessage:
    letter = EmailMessage()
    if sender:
        letter["From"] = sender
    letter["To"] = settings.SUPPORT_ADDRESS
    letter["Subject"] = subject
    letter.set_content(text)
    return letter


def _newsletter() -> bytes:
    letter = _plain("news@kitchentrade.example", "This week in kitchen trade", "Twelve stories.")
    letter["List-Id"] = "<weekly.kitchentrade.example>"
    letter["Precedence"] = "bulk"
    return bytes(letter)


def _vacation() -> bytes:
    letter = _plain(
        "einkauf@hahn-gastro.example",
        "Automatische Antwort: Rechnung",
        "Unser Einkauf ist bis Montag nicht besetzt.",
    )
    letter["Auto-Submitted"] = "auto-replied"
    return bytes(letter)


def _our_own() -> bytes:
    letter = _plain(settings.SUPPORT_ADDRESS, "Re: Order", "Our own words, sent back to us.")
    letter[LOOP_HEADER] = settings.MAIL_DOMAIN
    return bytes(letter)


def _bounce() -> bytes:
    """Return the report that our newest reply to ``_UNREACHABLE`` was given up after five days."""
    returned = (
        Message.objects.filter(
            kind=MessageKind.PUBLIC_REPLY, outgoing__recipients__contains=[_UNREACHABLE]
        )
        .in_order()
        .last()
    )
    report = (
        "From: MAILER-DAEMON@mx.nordpost.example\r\n"
        f"To: {settings.SUPPORT_ADDRESS}\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        "Return-Path: <>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nThe mail could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.nordpost.example\r\n\r\n"
        f"Final-Recipient: rfc822; {_UNREACHABLE}\r\n"
        "Action: failed\r\nStatus: 5.4.7\r\n"
        "Diagnostic-Code: smtp; 550 5.4.7 Delivery time expired\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\n"
        f"Message-ID: {returned.internet_message_id}\r\n\r\n\r\n--b--\r\n"
    )
    return report.encode()


def _without_sender() -> bytes:
    return bytes(
        _plain("", "Re: your order", "hello are you there? i wrote yesterday about the lid")
    )


def _impostor() -> bytes:
    """Return a mail that copies the Message-ID of one we have, from an address almost the same."""
    genuine = InboundMail.objects.filter(sender="einkauf@hahn-gastro.example").earliest("pk")
    letter = _plain(
        "Hahn Gastro <einkauf@hahn-gastr0.example>",
        "Invoice: our new bank account",
        "Please find our new bank account attached and use it for the credit note.",
    )
    letter["Message-ID"] = genuine.internet_message_id
    return bytes(letter)
