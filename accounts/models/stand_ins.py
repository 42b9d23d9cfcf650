from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.organisations import Organisation


class Helper(models.Model):
    """A farm's consent that others log its field work: a party's members, or whoever has proven to have a number."""

    farm = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="helpers")
    party = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, related_name="helped_farms")
    phone = models.CharField(_("phone number"), max_length=16, blank=True, db_index=True)
    allowed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    allowed_at = models.DateTimeField(_("allowed at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("helper")
        verbose_name_plural = _("helpers")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(party=None) ^ models.Q(phone=""), name="helper_is_a_party_or_a_number"
            ),
            models.UniqueConstraint(
                fields=["farm", "party", "phone"],
                condition=models.Q(revoked_at=None),
                nulls_distinct=False,
                name="helper_allowed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party or self.phone} → {self.farm}"
