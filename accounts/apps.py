from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """The ground floor: everything else may import it, and it imports no other app."""

    name = "accounts"
    verbose_name = _("accounts")

    def ready(self) -> None:
        """Let the API's description know our keys."""
        import_module("accounts.api.schema")
