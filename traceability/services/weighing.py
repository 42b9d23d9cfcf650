"""What a scale and a meter show where goods come in, and the terms of payment that stand beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from traceability.balance import TOLERANCE
from traceability.errors import RefusedError
from traceability.projections.lots import WEIGHED
from traceability.projections.standing import Standing
from traceability.services.entries import members


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """One load on the scale: net weight, or gross and tare; moisture and impurities in percent, where measured.

    `moisture_deduction_kg` and `impurity_deduction_kg` are terms of payment between the two parties. They take nothing
    off the lot: what stands on the scale is there, and what is cleaned out of it later is weighed then.
    """

    net_kg: Decimal | None = None
    gross_kg: Decimal | None = None
    tare_kg: Decimal | None = None
    moisture_percent: Decimal | None = None
    impurity_percent: Decimal | None = None
    grade: str = ""
    slip: str = ""
    supplier_code: str = ""
    moisture_deduction_kg: Decimal | None = None
    impurity_deduction_kg: Decimal | None = None
    note: str = ""

    def net(self) -> Decimal:
        """Give the net weight. Raises RefusedError where it is not said, or the three weights do not agree."""
        if self.gross_kg is None or self.tare_kg is None:
            if self.net_kg is None:
                raise RefusedError("/net_kg", "weight_missing")
            return self.net_kg
        net = self.gross_kg - self.tare_kg
        if net <= 0:
            raise RefusedError("/tare_kg", "not_positive")
        if self.net_kg is not None and self.net_kg != net:
            raise RefusedError("/net_kg", "weights_differ", kg=net)
        return net

    def payable(self) -> Decimal | None:
        """Give what is paid for; None where nothing is deducted. Raises RefusedError where nothing would be left."""
        if self.moisture_deduction_kg is None and self.impurity_deduction_kg is None:
            return None
        payable = self.net() - (self.moisture_deduction_kg or 0) - (self.impurity_deduction_kg or 0)
        if payable <= 0:
            raise RefusedError("/moisture_deduction_kg", "not_positive")
        return payable

    def body(self) -> dict[str, object]:
        """Write what everybody may read, without the net weight and the moisture, which each event names itself."""
        return members(
            gross_kg=self.gross_kg,
            tare_kg=self.tare_kg,
            impurity_percent=self.impurity_percent,
            grade=self.grade,
            supplier_code=self.supplier_code,
        )

    def private(self) -> Mapping[str, object]:
        """Write what stays between the two parties."""
        return members(
            slip=self.slip,
            # A deduction of nothing is none.
            moisture_deduction_kg=self.moisture_deduction_kg or None,
            impurity_deduction_kg=self.impurity_deduction_kg or None,
            payable_kg=self.payable(),
            note=self.note,
        )


def differs(weighed: Decimal, booked: Decimal | None) -> bool:
    """Whether a weight is further from the books than scales are from one another."""
    return booked is not None and abs(weighed - booked) > booked * TOLERANCE


def weighed_since(history: Sequence[Standing], record: str) -> bool:
    """Whether a lot was weighed or counted after one of its records, or after its beginning where it has no such one.

    What a scale showed then stands: who changed afterwards what was there before would make, or lose, goods on paper.
    """
    first = next((at for at, one in enumerate(history) if one.event.leaf.id == record), 0)
    return any(one.type in WEIGHED and "kg" in one.body and not one.withdrawn for one in history[first + 1 :])
