from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    name = "escalations"
    verbose_name = "Clocks and escalations"

    def ready(self):
        from escalations import inquiry_receivers, receivers, webhook_receivers  # noqa: F401
