"""The GS1 company prefixes with which organisations begin their GTINs."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.organisations import Organisation


class CompanyPrefix(models.Model):
    """A prefix that an organisation says GS1 gave it; it counts once the operator has seen the certificate."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="company_prefixes")
    prefix = models.CharField(_("GS1 company prefix"), max_length=12)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField(_("claimed at"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("confirmed by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("GS1 company prefix")
        verbose_name_plural = _("GS1 company prefixes")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "prefix"], name="company_prefix_claimed_once"),
            models.UniqueConstraint(
                fields=["prefix"], condition=models.Q(confirmed_at__isnull=False), name="company_prefix_of_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix} · {self.organisation}"
