"""Keeping files: outside the web root, under names nobody can guess."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from helpdesk.mail.filenames import safe_filename
from helpdesk.models import Attachment, Message


class AttachmentRefused(RuleViolation):
    code = "attachment_refused"


@dataclass(frozen=True)
class Upload:
    filename: str
    content_type: str
    content: bytes
    content_id: str = ""
    is_inline: bool = False


def attach(message: Message, uploads: Iterable[Upload], *, at: datetime) -> list[Attachment]:
    """Store files with a message. Needs the message's transaction.

    A file whose transaction rolls back afterwards stays on disk without a row; it is harmless
    and found by comparing names. The other order would lose a file that a row promises.

    :raises AttachmentRefused: for too many or too large files.
    """
    uploads = list(uploads)
    refuse_too_much(uploads)
    return Attachment.objects.bulk_create(_stored(message, upload, at) for upload in uploads)


def share_attachments(source: Message, target: Message) -> None:
    """Show the files of one message on another too. The bytes are kept once."""
    copies = list(source.attachments.all())
    for copy in copies:
        copy.pk, copy.message = None, target
    Attachment.objects.bulk_create(copies)


def attach_kept(message: Message, files, *, at: datetime) -> None:
    """Attach files whose bytes are in the storage already, such as those of a draft."""
    Attachment.objects.bulk_create(
        Attachment(
            message=message,
            filename=file.filename,
            content_type=file.content_type,
            size=file.size,
            sha256=file.sha256,
            storage_name=file.storage_name,
            created_at=at,
        )
        for file in files
    )


def refuse_too_much(uploads: Sequence[Upload]) -> None:
    """:raises AttachmentRefused: for too many files, or one that is too large."""
    if len(uploads) > settings.ATTACHMENT_MAX_COUNT:
        raise AttachmentRefused(
            _("At most %(limit)d files go with one message.")
            % {"limit": settings.ATTACHMENT_MAX_COUNT},
            field="attachments",
        )
    for upload in uploads:
        refuse_too_large(upload)


def refuse_too_large(upload: Upload) -> None:
    """:raises AttachmentRefused: for more bytes than one file may have."""
    if len(upload.content) > settings.ATTACHMENT_MAX_BYTES:
        limit = settings.ATTACHMENT_MAX_BYTES // 1024 // 1024
        raise AttachmentRefused(
            _("%(name)s is larger than %(limit)d MB.") % {"name": upload.filename, "limit": limit},
            field="attachments",
        )


def keep_file(upload: Upload) -> dict:
    """Write the bytes under a random name; returns the fields that describe them."""
    token = secrets.token_hex(20)
    name = default_storage.save(f"{token[:2]}/{token[2:]}", ContentFile(upload.content))
    return {
        "filename": safe_filename(upload.filename, upload.content_type),
        "content_type": upload.content_type[:120].lower() or "application/octet-stream",
        "size": len(upload.content),
        "sha256": hashlib.sha256(upload.content).hexdigest(),
        "storage_name": name,
    }


def _stored(message: Message, upload: Upload, at: datetime) -> Attachment:
    return Attachment(
        message=message,
        content_id=upload.content_id[:190],
        is_inline=upload.is_inline,
        created_at=at,
        **keep_file(upload),
    )
