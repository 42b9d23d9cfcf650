from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import KeyRole
from accounts.models.organisations import Organisation


class ApiKey(models.Model):
    """How a machine proves for whom it speaks: the secret is shown once, and only its SHA-256 is kept."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=60)
    role = models.CharField(_("role"), max_length=12, choices=KeyRole.choices, default=KeyRole.RECORDER)
    # Found by what is not secret, so that the secret is only ever compared in constant time.
    prefix = models.CharField(_("prefix"), max_length=12, unique=True)
    secret_hash = models.BinaryField(_("hash of the secret"), max_length=32)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("created at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"

    @property
    def is_live(self) -> bool:
        """Whether it still opens anything."""
        return self.revoked_at is None
