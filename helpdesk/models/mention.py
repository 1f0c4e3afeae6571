"""Who was meant by ``@Name`` in a note, and told."""

from django.conf import settings
from django.db import models


class Mention(models.Model):
    """``words`` are as the note has them, the ``@`` among them."""

    message = models.ForeignKey(
        "helpdesk.Message", on_delete=models.CASCADE, related_name="mentions"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mentions"
    )
    words = models.CharField(max_length=140)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_mention_per_message_and_words", fields=["message", "words"]
            )
        ]

    def __str__(self):
        return self.words
