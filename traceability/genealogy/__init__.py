"""Lots and the steps between them: what went into what, how much of it at most, and what a package held when.

Plain values in, plain values out; no database is asked here.
"""

from traceability.genealogy.graph import Graph, Part, Step
from traceability.genealogy.packing import Holding, Packing, holdings
from traceability.genealogy.shares import at_most, at_most_in_package
from traceability.genealogy.walks import Reached, trace_back, trace_forward

__all__ = [
    "Graph",
    "Holding",
    "Packing",
    "Part",
    "Reached",
    "Step",
    "at_most",
    "at_most_in_package",
    "holdings",
    "trace_back",
    "trace_forward",
]
