from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """The ground floor: everything else may import it, and it imports no other app."""

    name = "accounts"
    verbose_name = _("accounts")
