"""A synthetic market over some seasons, by which policies are compared. Nothing in it is measured on real farms.

Pure: parameters and a seed in, figures out. The old way of planting by last year's price is an input and no finding:
its strength is chosen so that it leaves about as much unsold as growers report.
"""

from orders.season.params import Params
from orders.season.simulate import POLICIES, Figures, simulate
from orders.season.watching import Alarms, watch

__all__ = ["POLICIES", "Alarms", "Figures", "Params", "simulate", "watch"]
