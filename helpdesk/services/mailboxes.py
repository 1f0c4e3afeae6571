"""Fetching mail from IMAP mailboxes.

A message is marked as seen only after its bytes are in our database, so a crash in between
brings it again, and its Message-ID says that it is the same.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from imaplib import IMAP4
from urllib.parse import unquote, urlsplit

from django.conf import settings
from imap_tools import A, MailBox, MailBoxStartTls, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError

from helpdesk.models.mail import Source
from helpdesk.services.intake import receive_mail

logger = logging.getLogger(__name__)
TIMEOUT_SECONDS = 30
MESSAGES_PER_POLL = 200
_KINDS = {"imaps": (MailBox, 993), "imap": (MailBoxUnencrypted, 143),
          "imap+starttls": (MailBoxStartTls, 143)}  # fmt: skip


@dataclass(frozen=True)
class Mailbox:
    """``imaps://user:password@host:993/INBOX``, percent-encoded."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str

    @classmethod
    def parse(cls, url: str) -> "Mailbox":
        """:raises ValueError: for another scheme or a missing host or user."""
        parts = urlsplit(url)
        if parts.scheme not in _KINDS or not parts.hostname or not parts.username:
            raise ValueError(
                "An entry of IMAP_URLS reads imaps://user:password@host/INBOX"
                " (or imap+starttls://, imap://)."
            )
        return cls(
            scheme=parts.scheme,
            host=parts.hostname,
            port=parts.port or _KINDS[parts.scheme][1],
            user=unquote(parts.username),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
        )

    def __str__(self):
        return f"{self.user} at {self.host}"


def poll_all(*, at: datetime) -> int:
    """Fetch unseen mail of all mailboxes; one that cannot be reached does not stop the others."""
    fetched = 0
    for url in settings.IMAP_URLS:
        mailbox = Mailbox.parse(url)
        try:
            fetched += poll(mailbox, at=at)
        except (OSError, IMAP4.error, ImapToolsError):
            logger.exception("The mailbox of %s could not be read", mailbox)
    return fetched


def poll(mailbox: Mailbox, *, at: datetime) -> int:
    """Fetch the unseen mail of one mailbox; returns how many.

    :raises OSError, IMAP4.error: if the mailbox cannot be reached or refuses us.
    """
    kind = _KINDS[mailbox.scheme][0]
    fetched = 0
    with kind(mailbox.host, mailbox.port, timeout=TIMEOUT_SECONDS).login(
        mailbox.user, mailbox.password, initial_folder=mailbox.folder
    ) as box:
        for uid in box.uids(A(seen=False))[:MESSAGES_PER_POLL]:
            for raw in _raw(box, uid):
                receive_mail(raw, source=Source.IMAP, at=at)
                box.flag(uid, MailMessageFlags.SEEN, True)
                fetched += 1
    return fetched


def _raw(box, uid: str) -> list[bytes]:
    """Fetch one message byte for byte without marking it as seen."""
    status, parts = box.client.uid("fetch", uid, "(BODY.PEEK[])")
    if status != "OK":
        raise IMAP4.error(f"Message {uid} could not be fetched: {status}")
    return [part[1] for part in parts if isinstance(part, tuple)]
