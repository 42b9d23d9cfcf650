from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Presale, planting plans and matching."""

    name = "orders"
