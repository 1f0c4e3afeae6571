"""The managed lists a ticket is sorted by."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Category(models.Model):
    """What a ticket is about, e.g. damaged in transit."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80, unique=True)

    def __str__(self):
        return self.name


class ProductLine(models.Model):
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80, unique=True)

    def __str__(self):
        return self.name


class Tag(models.Model):
    """A free word, in lower case, so that Refund and refund are one tag."""

    name = models.CharField(_("name"), max_length=40, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="tag_in_lower_case_and_not_empty",
                condition=Q(name=Lower("name")) & ~Q(name=""),
            )
        ]

    def __str__(self):
        return self.name
