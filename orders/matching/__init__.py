"""Orders matched to uncertain harvests, exactly: classes of demand, one flow a product, cut back to orders.

Pure: arrays in, arrays out; no Django, no clock, no chance. Quantities are whole numbers of one unit of mass, money is
fen for each such unit, and equal inputs give equal results.
"""

from orders.matching.market import Kept, Lanes, Lines, Market, MarketError, Supplies
from orders.matching.match import Match, match
from orders.matching.rules import Rules

__all__ = ["Kept", "Lanes", "Lines", "Market", "MarketError", "Match", "Rules", "Supplies", "match"]
