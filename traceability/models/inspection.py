from django.db import models
from django.utils.translation import gettext_lazy as _

from traceability.enums import CertificateForm, HoldReason
from traceability.models.farm import Lot


class Hold(models.Model):
    """That somebody who may keeps a lot from being used or passed on, until it is released."""

    # The record that says so.
    id = models.UUIDField(primary_key=True, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(_("reason"), max_length=12, choices=HoldReason.choices)
    party = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="holds")
    held_at = models.DateTimeField(_("held at"))
    released_at = models.DateTimeField(_("released at"), null=True)

    class Meta:
        indexes = [
            models.Index(fields=["lot"], name="hold_in_force", condition=models.Q(released_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.lot_id}: {self.reason}"


class Certificate(models.Model):
    """A conformity certificate 承诺达标合格证 of a lot. Whom to call is personal, and not here."""

    # The record that says so.
    id = models.UUIDField(primary_key=True, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="certificates")
    issuer = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="certificates")
    number = models.CharField(_("certificate number"), max_length=40)
    form = models.CharField(_("form"), max_length=8, choices=CertificateForm.choices)
    promise = models.CharField(_("promise"), max_length=200)
    # Codes of the grounds, with spaces between them.
    basis = models.CharField(_("basis"), max_length=60)
    product = models.CharField(_("product"), max_length=120)
    kg = models.DecimalField(_("quantity, kg"), max_digits=14, decimal_places=3)
    origin = models.CharField(_("place of origin"), max_length=120)
    issued_on = models.DateField(_("day of issue"))
    voided_on = models.DateField(_("voided on"), null=True)
    void_reason = models.CharField(_("why it was voided"), max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "number"], name="certificate_number_once")]
        indexes = [
            models.Index(fields=["lot"], name="certificate_in_force", condition=models.Q(voided_on=None)),
            models.Index(fields=["number"], name="certificate_number"),
        ]

    def __str__(self) -> str:
        return self.number


class CertificateCollection(models.Model):
    """That a buyer took a certificate in and keeps it."""

    # The record that says so.
    id = models.UUIDField(primary_key=True, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="collections")
    collector = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="collections")
    collected_on = models.DateField(_("collected on"))

    def __str__(self) -> str:
        return f"{self.certificate_id} -> {self.collector_id}"
