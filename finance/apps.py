from django.apps import AppConfig


class FinanceConfig(AppConfig):
    """Consent, scores and the bank's API."""

    name = "finance"
