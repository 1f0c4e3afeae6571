"""Giving somebody the bytes of evidence, as attachments are given."""

from django.http import FileResponse, Http404

from escalations.models import Evidence
from helpdesk.downloads import download
from helpdesk.models import Attachment


def download_evidence(evidence: Evidence) -> FileResponse:
    """Answer with the file of a piece of evidence, to be saved.

    :raises Http404: if it is no file, or storage has lost it.
    """
    if not evidence.file:
        raise Http404("This evidence is no file")
    return download(
        Attachment(pk=evidence.pk, filename=evidence.file_name, storage_name=evidence.file.name)
    )
