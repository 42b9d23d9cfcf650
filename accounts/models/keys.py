from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import KeyRole, KeyScope
from accounts.models.organisations import Organisation


class ApiKey(models.Model):
    """How a machine proves for whom it speaks: the secret is shown once, and only its SHA-256 is kept."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=60)
    role = models.CharField(_("role"), max_length=12, choices=KeyRole.choices, default=KeyRole.RECORDER)
    # The parts of the API that it opens; where none is named, all of them.
    scopes = ArrayField(
        models.CharField(max_length=12, choices=KeyScope.choices), default=list, db_default=[], blank=True
    )
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

    @property
    def scope_names(self) -> list[str]:
        """What it is confined to, in the reader's language; nothing where it opens all."""
        return [str(KeyScope(one).label) for one in self.scopes]

    def opens(self, scope: str) -> bool:
        """Tell whether it opens a part of the API."""
        return not self.scopes or scope in self.scopes
