"""What is traded, when and over which roads: the operator keeps these, and no event speaks of them."""

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from traceability.enums import Crop
from traceability.standards.names import Name


class Product(models.Model):
    """Something that is sold ahead: fresh strawberries, milled rice."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    crop = models.CharField(_("crop"), max_length=12, choices=Crop.choices)
    # From the field to the door.
    shelf_life_hours = models.PositiveIntegerField(_("keeps for, hours"))
    # Firm goods do not move so many days before their window (3 for fruit, 7 for grain).
    freeze_days = models.PositiveSmallIntegerField(_("fixed days before the window"))
    # Prices far from this one are taken for mistakes.
    reference_fen_per_kg = models.PositiveIntegerField(_("usual price, fen/kg"))

    # What is short is shared out in packs of so many grams; one gram stands for loose goods.
    pack_grams = models.PositiveIntegerField(_("pack, grams"), default=1, db_default=1)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=models.Q(pack_grams__gt=0), name="product_pack_positive")]

    def __str__(self) -> str:
        return _in_reader_language(self)


class Grade(models.Model):
    """A grade of a product; rank 0 is the best."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="grades")
    rank = models.PositiveSmallIntegerField(_("rank"))
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=40, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("grade")
        verbose_name_plural = _("grades")
        ordering = ["product", "rank"]
        constraints = [models.UniqueConstraint(fields=["product", "rank"], name="grade_rank_once")]

    def __str__(self) -> str:
        return _in_reader_language(self)


class DeliveryWindow(models.Model):
    """Days on which a product is delivered, both included."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="windows")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))

    class Meta:
        verbose_name = _("delivery window")
        verbose_name_plural = _("delivery windows")
        ordering = ["product", "starts_on", "ends_on"]
        constraints = [
            models.UniqueConstraint(fields=["product", "starts_on", "ends_on"], name="delivery_window_once"),
            models.CheckConstraint(
                condition=models.Q(starts_on__lte=models.F("ends_on")), name="delivery_window_order"
            ),
        ]

    def __str__(self) -> str:
        if self.starts_on.year != self.ends_on.year:
            formats = ["SHORT_DATE_FORMAT", "SHORT_DATE_FORMAT"]
        else:
            # The year once: with the first day in Chinese, with the last in English.
            formats = [
                pgettext("format of the first of some days within a year", "N j"),
                pgettext("format of the last of some days within a year", "N j, Y"),
            ]
        days = zip((self.starts_on, self.ends_on), formats, strict=True)
        return " – ".join(date_format(day, form) for day, form in days)


class Node(models.Model):
    """A region that goods leave from or go to, by its division code."""

    code = models.CharField(_("division code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60, blank=True, default="", db_default="")
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5)
    longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]

    def __str__(self) -> str:
        return _in_reader_language(self)


class Lane(models.Model):
    """A road between two regions. Where there is none, or it is closed, nothing is delivered."""

    origin = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="lanes_out", verbose_name=_("from"))
    destination = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="lanes_in", verbose_name=_("to"))
    fen_per_kg = models.PositiveIntegerField(_("freight, fen/kg"))
    hours = models.PositiveIntegerField(_("hours"))
    closed = models.BooleanField(_("closed"), default=False)

    class Meta:
        verbose_name = _("road")
        verbose_name_plural = _("roads")
        constraints = [models.UniqueConstraint(fields=["origin", "destination"], name="lane_once")]

    def __str__(self) -> str:
        return f"{self.origin_id} -> {self.destination_id}"


def _in_reader_language(named: Product | Grade | Node) -> str:
    """Name a thing as the page speaks; in Chinese where nobody gave it an English name."""
    return Name(named.name_en or named.name, named.name).in_language(get_language() or "")
