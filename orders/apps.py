from importlib import import_module

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Presale, planting plans and matching."""

    name = "orders"

    def ready(self) -> None:
        """Tell the chain which events there are of orders."""
        import_module("orders.registration").register()
