"""Runs of the matching, and what they reserve."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.enums import RunCause, RunKind, RunState
from orders.models.market import Product
from orders.models.plans import PlanSupply
from orders.models.presale import OrderLine


class MatchRun(models.Model):
    """One run over one product: named by the hashes of what went in and what came out, so that it can be repeated."""

    id = models.UUIDField(primary_key=True, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="runs")
    kind = models.CharField(_("kind"), max_length=10, choices=RunKind.choices)
    cause = models.CharField(_("cause"), max_length=20, choices=RunCause.choices)
    # The files by which anybody repeats it are attachments of its record.
    inputs_sha256 = models.CharField(_("SHA-256 of the inputs"), max_length=64)
    outcome_sha256 = models.CharField(_("SHA-256 of the outcome"), max_length=64)
    solver = models.CharField(_("solver"), max_length=40)
    objective_fen = models.DecimalField(_("worth, fen"), max_digits=24, decimal_places=3)
    bound_fen = models.DecimalField(_("most that any could be worth, fen"), max_digits=24, decimal_places=3)
    milliseconds = models.PositiveIntegerField(_("took, ms"))
    demand_kg = models.DecimalField(_("ordered, kg"), max_digits=14, decimal_places=3)
    supply_kg = models.DecimalField(_("to be had, kg"), max_digits=14, decimal_places=3)
    matched_kg = models.DecimalField(_("matched, kg"), max_digits=14, decimal_places=3)
    moved_kg = models.DecimalField(_("moved, kg"), max_digits=14, decimal_places=3)
    kept_kg = models.DecimalField(_("matched before, kg"), max_digits=14, decimal_places=3)
    state = models.CharField(_("state"), max_length=10, choices=RunState.choices)
    computed_at = models.DateTimeField(_("computed at"))
    decided_at = models.DateTimeField(_("decided at"), null=True)

    class Meta:
        indexes = [models.Index(fields=["product", "-computed_at"], name="match_run_newest")]

    def __str__(self) -> str:
        return f"{self.product} {self.computed_at:%Y-%m-%d %H:%M}"

    @property
    def entity(self) -> str:
        """Name of this run in the log."""
        return f"matchrun:{self.id}"


class Reservation(models.Model):
    """So much of a supply stands for a line, by the run that was published last. It may move until it is firm."""

    pk = models.CompositePrimaryKey("line", "supply")
    run = models.ForeignKey(MatchRun, on_delete=models.PROTECT, related_name="reservations")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="reservations")
    supply = models.ForeignKey(PlanSupply, on_delete=models.PROTECT, related_name="reservations")
    kg = models.DecimalField(_("reserved, kg"), max_digits=14, decimal_places=3)

    def __str__(self) -> str:
        return f"{self.line_id} <- {self.supply_id}"


class AllocationMove(models.Model):
    """What a run took from one supply and gave to another for the same line."""

    run = models.ForeignKey(MatchRun, on_delete=models.PROTECT, related_name="moves")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="moves")
    # Empty where the line had nothing before, or has nothing any more.
    from_supply = models.ForeignKey(PlanSupply, on_delete=models.PROTECT, null=True, related_name="moves_away")
    to_supply = models.ForeignKey(PlanSupply, on_delete=models.PROTECT, null=True, related_name="moves_in")
    kg = models.DecimalField(_("moved, kg"), max_digits=14, decimal_places=3)
    cause = models.CharField(_("cause"), max_length=20)

    def __str__(self) -> str:
        return f"{self.line_id}: {self.kg}"
