"""Mass balance: what drying takes, what a run loses, what a period loses. Pure: decimals in, decimals out.

Weights are kilograms to the gram. What must be divided is reckoned as a fraction, without rounding, and rounded once,
at the end: half to even, weights to the gram and shares to a hundredth of a percent. So the lines of a balance always
add up to the gram, whatever was rounded on the way.
"""

from traceability.balance.moisture import at_moisture, mean_moisture
from traceability.balance.period import LossRate, loss_rate, loss_rates_by_step
from traceability.balance.picking import Pick, pick_oldest
from traceability.balance.recipe import YieldRange, YieldVerdict
from traceability.balance.run import TOLERANCE, WATER, Balance, Run, Weighed, balance_of

__all__ = [
    "TOLERANCE",
    "WATER",
    "Balance",
    "LossRate",
    "Pick",
    "Run",
    "Weighed",
    "YieldRange",
    "YieldVerdict",
    "at_moisture",
    "balance_of",
    "loss_rate",
    "loss_rates_by_step",
    "mean_moisture",
    "pick_oldest",
]
