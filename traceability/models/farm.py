import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from traceability.enums import Crop, LotKind


class Plot(models.Model):
    """A piece of land. Its exact boundary is personal: the log holds only a commitment to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    holder = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="plots")
    number = models.CharField(_("plot number"), max_length=40)
    name = models.CharField(_("name"), max_length=60, blank=True)
    division_code = models.CharField(_("village division code"), max_length=12)
    boundary = models.JSONField(_("boundary (WGS 84)"), null=True)
    declared_mu = models.DecimalField(_("declared area, mu"), max_digits=10, decimal_places=2)
    measured_mu = models.DecimalField(_("measured area, mu"), max_digits=10, decimal_places=2, null=True)
    retired = models.BooleanField(_("retired"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["holder", "number"], name="plot_number_once"),
            models.CheckConstraint(condition=models.Q(declared_mu__gt=0), name="plot_declared_area_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}".strip()

    @property
    def entity(self) -> str:
        """Name of this plot in the log."""
        return f"plot:{self.id}"

    @property
    def area_disagrees(self) -> bool:
        """Whether the boundary encloses more than a fifth more or less than was declared."""
        return self.measured_mu is not None and abs(self.measured_mu - self.declared_mu) > self.declared_mu / 5


class Season(models.Model):
    """One crop on one plot from seed to harvest."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plot = models.ForeignKey(Plot, on_delete=models.PROTECT, related_name="seasons")
    crop = models.CharField(_("crop"), max_length=12, choices=Crop.choices)
    variety = models.CharField(_("variety"), max_length=60)
    year = models.PositiveSmallIntegerField(_("year"))
    area_mu = models.DecimalField(_("area, mu"), max_digits=10, decimal_places=2)
    # Nothing that is said of the season lies before this day.
    opened_on = models.DateField(_("begun on"))
    # The principal growth stage that was observed last (BBCH code), empty before the first.
    stage = models.CharField(_("growth stage"), max_length=4, blank=True)
    sown_on = models.DateField(_("sown or transplanted on"), null=True)
    # The latest spraying day plus its pre-harvest interval.
    harvest_allowed_from = models.DateField(_("harvest allowed from"), null=True)
    harvested_kg = models.DecimalField(_("harvested, kg"), max_digits=14, decimal_places=3, default=0)

    def __str__(self) -> str:
        return f"{self.plot} {self.get_crop_display()} {self.variety} {self.year}"

    @property
    def entity(self) -> str:
        """Name of this season in the log."""
        return f"season:{self.id}"


class Lot(models.Model):
    """An item with a history of its own: a harvest, a processed batch, or whatever EPCIS events speak of."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The GS1 Digital Link or other URI of the item, in its one canonical form.
    epc = models.CharField(_("identifier"), max_length=400, db_index=True)
    kind = models.CharField(_("kind"), max_length=10, choices=LotKind.choices, default=LotKind.LOT)
    gtin = models.CharField(_("GTIN"), max_length=14, blank=True, db_index=True)
    code = models.CharField(_("lot number"), max_length=60, blank=True)
    registrant = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="lots")
    # Who has it in hand, and may hand it over or process it.
    custodian = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="lots_in_hand")
    season = models.ForeignKey(Season, on_delete=models.PROTECT, null=True, related_name="lots")
    product_name = models.CharField(_("product"), max_length=120, blank=True)
    crop = models.CharField(_("crop"), max_length=12, choices=Crop.choices, blank=True)
    product_form = models.CharField(_("product form"), max_length=40, blank=True)
    produced_on = models.DateField(_("production date"), null=True)
    kg = models.DecimalField(_("quantity, kg"), max_digits=14, decimal_places=3, null=True)
    moisture_percent = models.DecimalField(_("moisture, %"), max_digits=5, decimal_places=2, null=True)
    # Where its custodian put it, and what the supplier calls it.
    place = models.CharField(_("place"), max_length=60, blank=True)
    supplier_code = models.CharField(_("supplier's lot number"), max_length=60, blank=True, db_index=True)
    # Held back by somebody who may: it is neither processed nor passed on.
    held = models.BooleanField(_("held"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["epc"], condition=~models.Q(kind=LotKind.CLASS), name="one_lot_of_an_identifier"
            ),
            # A product without a lot number is as many things as there are parties who speak of it.
            models.UniqueConstraint(fields=["registrant", "epc"], name="one_class_of_a_party"),
        ]

    def __str__(self) -> str:
        return self.code or self.epc

    @property
    def entity(self) -> str:
        """Name of this lot in the log."""
        return f"lot:{self.id}"


class LotLink(models.Model):
    """One step of genealogy: the product came, by an event, out of the source."""

    pk = models.CompositePrimaryKey("product", "source", "event")
    product = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="sources")
    source = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="products")
    # The record that says so.
    event = models.UUIDField(_("record"))
    at = models.DateTimeField(_("when"), null=True)
    # The product is a package that held the source, and was not made of it.
    packed = models.BooleanField(_("packed"), default=False)
    # So much of the source went in, and so much of the product came out; by all of the event, not by this link alone.
    kg_in = models.DecimalField(_("went in, kg"), max_digits=14, decimal_places=3, null=True)
    kg_out = models.DecimalField(_("came out, kg"), max_digits=14, decimal_places=3, null=True)

    def __str__(self) -> str:
        return f"{self.source_id} -> {self.product_id}"


class Sample(models.Model):
    """A part of a lot that was given to a laboratory."""

    # The record that says so.
    id = models.UUIDField(primary_key=True, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="samples")
    number = models.CharField(_("sample number"), max_length=60)
    laboratory = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="samples")
    taken_on = models.DateField(_("taken on"))
    reported_on = models.DateField(_("reported on"), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lot", "number"], name="sample_number_once")]

    def __str__(self) -> str:
        return self.number
