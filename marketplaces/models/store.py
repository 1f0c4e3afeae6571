"""Where we sell, and who buys there."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Marketplace(models.TextChoices):
    AMAZON = "amazon", "Amazon"
    SHOPIFY = "shopify", "Shopify"
    EBAY = "ebay", "eBay"
    WALMART = "walmart", "Walmart"
    FILE = "file", _("File import")


class Store(models.Model):
    """One seller account on one marketplace."""

    marketplace = models.CharField(_("marketplace"), max_length=12, choices=Marketplace)
    name = models.CharField(_("name"), max_length=80, unique=True)
    currency = models.CharField(_("currency"), max_length=3, default="USD")

    def __str__(self):
        return self.name


class Buyer(models.Model):
    """A person as one store knows them: an alias, a login, an account number."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="buyers")
    external_id = models.CharField(_("account"), max_length=190)
    name = models.CharField(_("name"), max_length=190, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_buyer_per_account_and_store", fields=["store", "external_id"]
            )
        ]

    def __str__(self):
        return self.name or self.external_id
