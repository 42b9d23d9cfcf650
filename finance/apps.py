from importlib import import_module

from django.apps import AppConfig


class FinanceConfig(AppConfig):
    """Consent, scores and the bank's API."""

    name = "finance"

    def ready(self) -> None:
        """Tell the chain which events there are of consent, scores and loans."""
        import_module("finance.registration").register()
