"""From a firm promise to money."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.enums import AllocationState, StatementState
from orders.models.plans import PlanSupply
from orders.models.presale import OrderLine
from orders.models.runs import MatchRun
from traceability.models import Lot


class Allocation(models.Model):
    """A farmer's firm promise to one line: so much of one supply, picked, shipped, delivered, accepted, paid."""

    id = models.UUIDField(primary_key=True, editable=False)
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="allocations")
    supply = models.ForeignKey(PlanSupply, on_delete=models.PROTECT, related_name="allocations")
    run = models.ForeignKey(MatchRun, on_delete=models.PROTECT, null=True, related_name="allocations")
    farmer = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="allocations")
    price_fen_per_kg = models.PositiveIntegerField(_("price, fen/kg"))
    state = models.CharField(_("state"), max_length=12, choices=AllocationState.choices)
    firm_kg = models.DecimalField(_("firm, kg"), max_digits=14, decimal_places=3)
    picked_kg = models.DecimalField(_("picked, kg"), max_digits=14, decimal_places=3, default=0)
    shipped_kg = models.DecimalField(_("shipped, kg"), max_digits=14, decimal_places=3, default=0)
    delivered_kg = models.DecimalField(_("delivered, kg"), max_digits=14, decimal_places=3, default=0)
    accepted_kg = models.DecimalField(_("accepted, kg"), max_digits=14, decimal_places=3, default=0)
    rejected_kg = models.DecimalField(_("rejected, kg"), max_digits=14, decimal_places=3, default=0)
    # The harvest that was picked for it.
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="allocations")
    firm_at = models.DateTimeField(_("firm since"))
    delivered_on = models.DateField(_("delivered on"), null=True)
    accepted_on = models.DateField(_("accepted on"), null=True)
    # What is frozen by an open dispute.
    disputed_fen = models.BigIntegerField(_("in dispute, fen"), default=0)
    # What is not owed, because a dispute ended for the buyer.
    forgone_fen = models.BigIntegerField(_("not owed, fen"), default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    firm_kg__gt=0,
                    firm_kg__gte=models.F("picked_kg"),
                    picked_kg__gte=models.F("shipped_kg"),
                    shipped_kg__gte=models.F("delivered_kg"),
                    accepted_kg__gte=0,
                    rejected_kg__gte=0,
                    delivered_kg__gte=models.F("accepted_kg") + models.F("rejected_kg"),
                ),
                name="allocation_never_grows",
            ),
        ]
        indexes = [models.Index(fields=["farmer", "state"], name="allocation_of_farmer")]

    def __str__(self) -> str:
        return f"{self.line_id} <- {self.supply_id}"

    @property
    def entity(self) -> str:
        """Name of this allocation in the log."""
        return f"allocation:{self.id}"


class Statement(models.Model):
    """What a farmer is owed for goods that were accepted, and by when."""

    id = models.UUIDField(primary_key=True, editable=False)
    farmer = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="statements")
    payer = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="statements_to_pay")
    number = models.CharField(_("number"), max_length=40)
    issued_on = models.DateField(_("issued on"))
    due_on = models.DateField(_("due on"))
    gross_fen = models.BigIntegerField(_("goods, fen"))
    fees_fen = models.BigIntegerField(_("agreed fees, fen"), default=0)
    net_fen = models.BigIntegerField(_("to be paid, fen"))
    interest_fen = models.BigIntegerField(_("interest for late payment, fen"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=StatementState.choices)
    paid_on = models.DateField(_("paid on"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payer", "number"], name="statement_number_once"),
            models.CheckConstraint(
                condition=models.Q(net_fen=models.F("gross_fen") - models.F("fees_fen"), net_fen__gte=0),
                name="statement_sum",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def entity(self) -> str:
        """Name of this statement in the log."""
        return f"statement:{self.id}"


class StatementLine(models.Model):
    """One allocation within a statement; what was disputed when it was issued comes in a later one."""

    pk = models.CompositePrimaryKey("statement", "allocation")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="statement_lines")
    kg = models.DecimalField(_("accepted, kg"), max_digits=14, decimal_places=3)
    fen = models.BigIntegerField(_("amount, fen"))

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.fen}"


class PayoutInstruction(models.Model):
    """That a bank is to pay a statement from its split account. The platform holds no money, only what was said."""

    # The idempotency key that the bank sees.
    id = models.UUIDField(primary_key=True, editable=False)
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="payouts")
    payee = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="payouts")
    fen = models.BigIntegerField(_("amount, fen"))
    instructed_at = models.DateTimeField(_("instructed at"))
    receipt = models.CharField(_("bank's receipt"), max_length=80, blank=True)
    paid_on = models.DateField(_("paid on"), null=True)

    class Meta:
        constraints = [
            # Nobody is paid twice.
            models.UniqueConstraint(fields=["statement", "payee"], name="payout_once"),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.fen}"
