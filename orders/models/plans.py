"""What is planted for the market, and how much of it may come."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.enums import Answer, PlanState, RevisionReason, RiskAction
from orders.models.market import DeliveryWindow, Grade, Node, Product
from traceability.models import Plot, Season


class PlantingPlan(models.Model):
    """A product that a farmer means to grow on a plot; it becomes a crop season when sowing is logged."""

    id = models.UUIDField(primary_key=True, editable=False)
    plot = models.ForeignKey(Plot, on_delete=models.PROTECT, related_name="plans")
    farmer = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="plans")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="plans")
    variety = models.CharField(_("variety"), max_length=60)
    area_mu = models.DecimalField(_("area, mu"), max_digits=10, decimal_places=2)
    # Where the goods leave from.
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="plans")
    season = models.OneToOneField(Season, on_delete=models.PROTECT, null=True, related_name="plan")
    # How many events changed it.
    version = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=14, choices=PlanState.choices)

    def __str__(self) -> str:
        return f"{self.plot} {self.product} {self.variety}"

    @property
    def entity(self) -> str:
        """Name of this plan in the log."""
        return f"plan:{self.id}"


class PlanSupply(models.Model):
    """How much of one grade a plan may give in one window: a tenth of years less than p10, half of them than p50."""

    id = models.UUIDField(primary_key=True, editable=False)
    plan = models.ForeignKey(PlantingPlan, on_delete=models.PROTECT, related_name="supplies")
    grade = models.ForeignKey(Grade, on_delete=models.PROTECT, related_name="+")
    window = models.ForeignKey(DeliveryWindow, on_delete=models.PROTECT, related_name="supplies")
    p10_kg = models.DecimalField(_("in a bad year, kg"), max_digits=14, decimal_places=3)
    p50_kg = models.DecimalField(_("in a usual year, kg"), max_digits=14, decimal_places=3)
    p90_kg = models.DecimalField(_("in a good year, kg"), max_digits=14, decimal_places=3)
    ask_fen_per_kg = models.PositiveIntegerField(_("asked, fen/kg"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "grade", "window"], name="plan_supply_once"),
            models.CheckConstraint(
                condition=models.Q(p10_kg__gte=0, p10_kg__lte=models.F("p50_kg"), p50_kg__lte=models.F("p90_kg")),
                name="plan_supply_quantiles",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.grade} {self.window}"


class YieldRevision(models.Model):
    """One change of a supply's quantiles, and the event that caused it. Rows are only ever added."""

    # The record that says so, and which of its supplies.
    pk = models.CompositePrimaryKey("record", "supply")
    record = models.UUIDField(_("record"))
    supply = models.ForeignKey(PlanSupply, on_delete=models.PROTECT, related_name="revisions")
    # The record of the growth event, weather damage or harvest behind it; empty for the farmer's own new estimate.
    source = models.UUIDField(_("because of"), null=True)
    reason = models.CharField(_("reason"), max_length=16, choices=RevisionReason.choices)
    p10_kg = models.DecimalField(_("in a bad year, kg"), max_digits=14, decimal_places=3)
    p50_kg = models.DecimalField(_("in a usual year, kg"), max_digits=14, decimal_places=3)
    p90_kg = models.DecimalField(_("in a good year, kg"), max_digits=14, decimal_places=3)
    revised_at = models.DateTimeField(_("revised at"))

    def __str__(self) -> str:
        return f"{self.supply_id} {self.p50_kg}"


class Recommendation(models.Model):
    """What a planning run proposes to a farmer. To decline costs nothing."""

    run = models.ForeignKey("orders.MatchRun", on_delete=models.PROTECT, related_name="recommendations")
    plot = models.ForeignKey(Plot, on_delete=models.PROTECT, related_name="recommendations")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="recommendations")
    window = models.ForeignKey(DeliveryWindow, on_delete=models.PROTECT, related_name="recommendations")
    area_mu = models.DecimalField(_("area, mu"), max_digits=10, decimal_places=2)
    presold_bp = models.PositiveSmallIntegerField(_("presold, hundredths of a percent"))
    forecast_bp = models.PositiveSmallIntegerField(_("forecast, hundredths of a percent"))
    price_fen_per_kg = models.PositiveIntegerField(_("price to expect, fen/kg"))
    # What the area is to give, what of it to sell ahead, and why: `orders.presell` computes it from the run's files.
    expected_kg = models.DecimalField(_("in a usual year, kg"), max_digits=14, decimal_places=3, db_default=0)
    ahead_kg = models.DecimalField(_("to sell ahead, kg"), max_digits=14, decimal_places=3, db_default=0)
    ahead_bp = models.PositiveSmallIntegerField(_("years that give less, hundredths of a percent"), db_default=0)
    unsold_fen_per_kg = models.PositiveIntegerField(_("lost on what is left over, fen/kg"), db_default=0)
    missing_fen_per_kg = models.PositiveIntegerField(_("lost on what is missing, fen/kg"), db_default=0)
    answer = models.CharField(_("answer"), max_length=8, blank=True, choices=Answer.choices)
    plan = models.ForeignKey(PlantingPlan, on_delete=models.PROTECT, null=True, related_name="recommendations")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "plot", "product", "window"], name="recommendation_once")]

    def __str__(self) -> str:
        return f"{self.plot} {self.product}"


class RiskAlert(models.Model):
    """That much of a supply may stay unsold, what was done about it, and how it ended."""

    supply = models.ForeignKey(PlanSupply, on_delete=models.PROTECT, related_name="alerts")
    raised_on = models.DateField(_("raised on"))
    chance_bp = models.PositiveSmallIntegerField(_("chance, hundredths of a percent"))
    expected_kg = models.DecimalField(_("unsold to expect, kg"), max_digits=14, decimal_places=3)
    action = models.CharField(_("done about it"), max_length=16, blank=True, choices=RiskAction.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)
    acted_on = models.DateField(_("done on"), null=True)
    unsold_kg = models.DecimalField(_("stayed unsold, kg"), max_digits=14, decimal_places=3, null=True)
    ended_on = models.DateField(_("ended on"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["supply"], condition=models.Q(ended_on=None), name="one_open_alert")
        ]

    def __str__(self) -> str:
        return f"{self.supply_id} {self.raised_on}"
