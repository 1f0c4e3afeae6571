from django.apps import AppConfig


class MarketplacesConfig(AppConfig):
    name = "marketplaces"
    verbose_name = "Marketplaces and orders"

    def ready(self):
        from marketplaces import checks  # noqa: F401
