"""What somebody has begun to write: saved as typed, gone when sent."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from helpdesk.models import Draft, DraftFile, DraftMode, Message, Ticket
from helpdesk.services.attachments import (
    AttachmentRefused,
    Upload,
    attach_kept,
    keep_file,
    refuse_too_large,
)

MAX_TEXT = 50_000


class DraftRefused(RuleViolation):
    code = "draft_refused"


@transaction.atomic
def save_draft(ticket_id: int, *, mode: str, text: str, by, at: datetime) -> Draft | None:
    """Keep what somebody has typed so far; an empty text without files is no draft.

    :raises DraftRefused: for a text longer than a message may be.
    """
    require(by, Act.REPLY if mode == DraftMode.REPLY else Act.NOTE)
    if len(text) > MAX_TEXT:
        raise DraftRefused(
            _("A message has at most %(limit)d characters.") % {"limit": MAX_TEXT}, field="text"
        )
    draft, _is_new = Draft.objects.update_or_create(
        ticket_id=ticket_id, user=by, mode=mode, defaults={"text": text, "updated_at": at}
    )
    if not text.strip() and not draft.files.exists():
        draft.delete()
        return None
    return draft


def discard_draft(ticket_id: int, *, mode: str, by) -> None:
    """Throw a draft away, with its files."""
    Draft.objects.filter(ticket_id=ticket_id, user=by, mode=mode).delete()


@transaction.atomic
def add_draft_file(ticket_id: int, *, mode: str, upload: Upload, by, at: datetime) -> DraftFile:
    """Keep a file for a draft, making the draft where there is none yet.

    :raises AttachmentRefused: for a file too large, or one too many.
    """
    require(by, Act.REPLY if mode == DraftMode.REPLY else Act.NOTE)
    refuse_too_large(upload)
    draft, _is_new = Draft.objects.get_or_create(
        ticket_id=ticket_id, user=by, mode=mode, defaults={"updated_at": at}
    )
    # The draft's row is the lock: two uploads at once cannot both be the last one allowed.
    Draft.objects.select_for_update(no_key=True).get(pk=draft.pk)
    if draft.files.count() >= settings.ATTACHMENT_MAX_COUNT:
        raise AttachmentRefused(
            _("At most %(limit)d files go with one message.")
            % {"limit": settings.ATTACHMENT_MAX_COUNT},
            field="file",
        )
    return DraftFile.objects.create(draft=draft, created_at=at, **keep_file(upload))


@transaction.atomic
def remove_draft_file(file_id: int, *, by) -> None:
    """Take a file out of one's own draft.

    :raises DraftFile.DoesNotExist: if it is not in a draft of theirs.
    """
    DraftFile.objects.get(pk=file_id, draft__user=by).delete()


def spend_draft(message: Message, *, mode: str, at: datetime) -> None:
    """Move the author's draft into the message it became. Needs the message's transaction."""
    drafts = Draft.objects.filter(ticket=message.ticket_id, user=message.author_id, mode=mode)
    draft = drafts.select_for_update().prefetch_related("files").first()
    if draft is None:
        return
    attach_kept(message, draft.files.all(), at=at)
    draft.delete()


def restore_draft(message: Message, *, at: datetime) -> Draft:
    """Give a message that was taken back to its author as a draft, before what they wrote since."""
    draft, is_new = Draft.objects.get_or_create(
        ticket_id=message.ticket_id,
        user_id=message.author_id,
        mode=DraftMode.REPLY,
        defaults={"text": message.text, "updated_at": at},
    )
    if not is_new:
        draft.text = f"{message.text}\n\n{draft.text}"[:MAX_TEXT]
        draft.updated_at = at
        draft.save(update_fields=["text", "updated_at"])
    for file in message.attachments.all():
        DraftFile.objects.create(
            draft=draft,
            filename=file.filename,
            content_type=file.content_type,
            size=file.size,
            sha256=file.sha256,
            storage_name=file.storage_name,
            created_at=at,
        )
    return draft


def drafts_of(ticket: Ticket, user) -> dict[str, Draft]:
    """Return somebody's drafts on a ticket by mode, with their files."""
    drafts = Draft.objects.filter(ticket=ticket, user=user).prefetch_related("files")
    return {draft.mode: draft for draft in drafts}
