"""Files that came or went with a message. Kept outside the web root under random names."""

from django.core.files.storage import default_storage
from django.db import models
from django.utils.translation import gettext_lazy as _


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        message = self.model._meta.get_field("message").related_model
        return self.filter(message__in=message.objects.visible_to(user))


class Attachment(models.Model):
    message = models.ForeignKey(
        "helpdesk.Message", on_delete=models.PROTECT, related_name="attachments"
    )
    filename = models.CharField(_("file name"), max_length=190)
    content_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    storage_name = models.CharField(max_length=120)
    content_id = models.CharField(max_length=190, blank=True)
    is_inline = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = AttachmentQuerySet.as_manager()

    def __str__(self):
        return self.filename

    def open(self):
        """Open the file's bytes for reading.

        :raises FileNotFoundError: if the storage has lost them.
        """
        return default_storage.open(self.storage_name)
