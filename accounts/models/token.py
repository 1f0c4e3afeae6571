"""Keys to the REST door."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken


class Scope(models.TextChoices):
    READ = "read", _("Read")
    WRITE = "write", _("Read and act")
    MAIL = "mail", _("Hand in mail")


class ApiToken(AbstractAuthToken):
    """A token of which only the digest is stored; the token itself is shown once."""

    name = models.CharField(_("name"), max_length=80)
    scopes = ArrayField(models.CharField(max_length=12, choices=Scope), default=list)
    last_used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="api_token_scopes_are_known",
                condition=models.Q(scopes__contained_by=Scope.values),
            )
        ]

    def __str__(self):
        return self.name
