"""Things that change by new versions only, and the order such things are asked in."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class VersionedQuerySet(models.QuerySet):
    def locked(self, pk: int):
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


class OrderedQuerySet(VersionedQuerySet):
    def in_order(self):
        return self.order_by("position", "pk")

    def in_force(self):
        """Those that are asked now, in their order."""
        return self.filter(is_active=True, current__isnull=False).in_order()


class Versioned(models.Model):
    """Has ``versions``, of which ``current`` holds for what starts now."""

    name = models.CharField(_("name"), max_length=80)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name


class Ordered(Versioned):
    """Versioned, and asked one after the other by ``position``, from 1, while in force."""

    position = models.PositiveIntegerField()
    is_active = models.BooleanField(_("in force"), default=True)

    objects = OrderedQuerySet.as_manager()

    class Meta:
        abstract = True


class Version(models.Model):
    """What a thing said from one moment on. Never changed.

    ``SAYS`` names the columns that say it, besides who wrote them, when and why.
    """

    SAYS: tuple[str, ...] = ()

    number = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        abstract = True

    def said(self) -> dict:
        """Return what it says, by column."""
        return {name: getattr(self, name) for name in self.SAYS}


class NotedVersion(Version):
    note = models.CharField(_("why it was changed"), max_length=250, blank=True)

    class Meta:
        abstract = True
