"""Giving somebody the bytes of an attachment, so that no browser runs them."""

import logging

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from helpdesk.models import Attachment

logger = logging.getLogger(__name__)


class FileIsGone(Http404):
    """A row promises a file that storage does not have."""


def download(attachment: Attachment) -> FileResponse:
    """Answer with a file to be saved.

    :raises FileIsGone: if storage has lost it; it goes to the log as well.
    """
    try:
        file = default_storage.open(attachment.storage_name)
    except FileNotFoundError as error:
        logger.error("The file of attachment %s is gone.", attachment.pk)
        raise FileIsGone(
            _("The file %(name)s is gone from storage.") % {"name": attachment.filename}
        ) from error
    response = FileResponse(
        file,
        as_attachment=True,
        filename=attachment.filename,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
