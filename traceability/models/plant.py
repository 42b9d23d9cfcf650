from django.db import models
from django.utils.translation import gettext_lazy as _

from traceability.enums import PartKind, ShipmentState
from traceability.models.farm import Lot


class Shipment(models.Model):
    """A lot on its way from one party to another. It changes hands when the receiver accepts it, and not before."""

    # The record that says that it was shipped.
    id = models.UUIDField(primary_key=True, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="shipments")
    sender = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="shipments_sent")
    receiver = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="shipments_received")
    kg = models.DecimalField(_("shipped, kg"), max_digits=14, decimal_places=3, null=True)
    shipped_on = models.DateField(_("shipped on"))
    slip = models.CharField(_("slip number"), max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=ShipmentState.choices)
    received_kg = models.DecimalField(_("weighed, kg"), max_digits=14, decimal_places=3, null=True)
    answered_on = models.DateField(_("answered on"), null=True)

    class Meta:
        constraints = [
            # One lot cannot be on two roads.
            models.UniqueConstraint(fields=["lot"], condition=models.Q(state="SHIPPED"), name="lot_on_one_road"),
        ]

    def __str__(self) -> str:
        return f"{self.lot_id} -> {self.receiver_id}"


class ProcessRun(models.Model):
    """One run of a process, as its balance needs it."""

    id = models.UUIDField(primary_key=True, editable=False)
    party = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="process_runs")
    step = models.CharField(_("process"), max_length=20)
    finished_on = models.DateField(_("finished on"))
    moisture_in_percent = models.DecimalField(_("moisture before, %"), max_digits=5, decimal_places=2, null=True)
    moisture_out_percent = models.DecimalField(_("moisture after, %"), max_digits=5, decimal_places=2, null=True)

    class Meta:
        indexes = [models.Index(fields=["party", "finished_on"], name="process_run_period")]

    def __str__(self) -> str:
        return f"{self.step} {self.finished_on}"


class ProcessPart(models.Model):
    """One line of a run: so much of a lot went in or came out, of a by-product fell off, was lost for a reason."""

    pk = models.CompositePrimaryKey("run", "position")
    run = models.ForeignKey(ProcessRun, on_delete=models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=10, choices=PartKind.choices)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="process_parts")
    name = models.CharField(_("name"), max_length=60, blank=True)
    kg = models.DecimalField(_("quantity, kg"), max_digits=14, decimal_places=3)

    def __str__(self) -> str:
        return f"{self.kind} {self.kg}"


class Recipe(models.Model):
    """What a party expects of a step of its own: the yield, and what falls off."""

    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.CASCADE, related_name="recipes")
    name = models.CharField(_("name"), max_length=60)
    step = models.CharField(_("process"), max_length=20)
    yield_from_percent = models.DecimalField(_("yield from, %"), max_digits=5, decimal_places=2)
    yield_to_percent = models.DecimalField(_("yield to, %"), max_digits=5, decimal_places=2)
    # One name a line.
    by_products = models.TextField(_("usual by-products"), max_length=600, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="recipe_name_once"),
            models.CheckConstraint(
                condition=models.Q(yield_from_percent__lte=models.F("yield_to_percent")), name="recipe_range"
            ),
        ]

    def __str__(self) -> str:
        return self.name
