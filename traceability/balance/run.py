"""The balance of one run: what went in, what came out, what dried away, what is lost and why, what nobody explains."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from traceability.balance.moisture import at_moisture
from traceability.balance.rounding import percent_of

# Scales differ by a little: so much of what went in may be missing, or come out too much, without a word.
TOLERANCE = Decimal("0.005")
# The reason of a loss that is water and so no loss.
WATER = "moisture"
_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Weighed:
    """So many kilograms, and of what: the name of a lot, of a by-product, or the reason of a loss."""

    name: str
    kg: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a step as it was weighed. Moistures are percent of the wet weight, None where nobody measured."""

    step: str
    inputs: Sequence[Weighed]
    outputs: Sequence[Weighed]
    by_products: Sequence[Weighed] = ()
    losses: Sequence[Weighed] = ()
    moisture_in: Decimal | None = None
    moisture_out: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """The lines of a balance, in kilograms: into = dried + out + by_products + declared + unexplained, to the gram.

    `dried` is the water that left, below zero where water came in. `declared` are losses by their reasons, water not
    among them. `unexplained` is the rest, below zero where more came out than went in.
    """

    into: Decimal
    dried: Decimal
    out: Decimal
    by_products: Decimal
    declared: Mapping[str, Decimal]
    unexplained: Decimal

    @property
    def corrected(self) -> Decimal:
        """What went in, as it would have weighed at the moisture of what came out."""
        return self.into - self.dried

    @property
    def missing(self) -> Decimal:
        """What the scale shows as gone, water included: the figure before the correction."""
        return self.into - self.out - self.by_products

    @property
    def lost(self) -> Decimal:
        """The loss of the run: what was declared and what nobody explains, drying not counted."""
        return self.declared_kg + self.unexplained

    @property
    def declared_kg(self) -> Decimal:
        """All losses that were declared with a reason."""
        return sum(self.declared.values(), _NONE)

    @property
    def loss_percent(self) -> Decimal | None:
        """The loss as percent of the corrected input; None where nothing went in."""
        return percent_of(self.lost, self.corrected)

    @property
    def yield_percent(self) -> Decimal | None:
        """What came out as the product, as percent of the corrected input."""
        return percent_of(self.out, self.corrected)

    @property
    def is_explained(self) -> bool:
        """Whether no more is missing without a reason than scales differ."""
        return self.unexplained <= self.corrected * TOLERANCE

    @property
    def is_possible(self) -> bool:
        """Whether no more came out than went in, but for what scales differ."""
        return -self.unexplained <= self.corrected * TOLERANCE


def balance_of(run: Run) -> Balance:
    """Draw up the balance of a run. By-products count as dry as the product.

    Where both moistures were measured, the water is reckoned from them, and a loss declared as water is that same water
    and not counted again. Where they were not, the declared water is believed: it is no loss either.
    """
    into, out, by_products = _sum(run.inputs), _sum(run.outputs), _sum(run.by_products)
    declared: dict[str, Decimal] = {}
    for loss in run.losses:
        declared[loss.name] = declared.get(loss.name, _NONE) + loss.kg
    stated = declared.pop(WATER, _NONE)
    dried = _dried(run, into)
    dried = stated if dried is None else dried
    return Balance(
        into=into,
        dried=dried,
        out=out,
        by_products=by_products,
        declared=MappingProxyType(declared),
        unexplained=into - dried - out - by_products - sum(declared.values(), _NONE),
    )


def _dried(run: Run, into: Decimal) -> Decimal | None:
    if run.moisture_in is None or run.moisture_out is None:
        return None
    return into - at_moisture(into, measured=run.moisture_in, wanted=run.moisture_out)


def _sum(parts: Sequence[Weighed]) -> Decimal:
    return sum((one.kg for one in parts), _NONE)
