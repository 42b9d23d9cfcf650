"""From outcomes to a card and what is said of it: fitted on the earlier loans, tried on the later ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from finance.fitting import measures
from finance.fitting.binning import Direction
from finance.fitting.blending import Blend, ExpertVariable, blend_members, expert_sum, fit_blend
from finance.fitting.compiling import Heading, card_members
from finance.fitting.holdout import Recipe
from finance.fitting.scorecard import Fitted
from finance.fitting.table import Table

# The last fifth of the loans is not learnt from.
LATER_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Trained:
    """The members of a card file, and its model card: every figure as text, so that it can be hashed."""

    members: dict[str, Any]
    about: dict[str, Any]


def trained(
    table: Table,
    heading: Heading,
    *,
    experts: Sequence[ExpertVariable],
    directions: Mapping[str, Direction],
) -> Trained:
    """Fit a card of the heading's kind, on loans in the order in which they were paid out."""
    border = round(len(table.bad) * (1 - LATER_SHARE))
    earlier, later = table.take(np.arange(border)), table.take(np.arange(border, len(table.bad)))
    places = {one.name: one.places for one in experts}
    model: Blend | Fitted
    if heading.kind == "blend":
        model = fit_blend(earlier.columns, earlier.bad, variables=experts, directions=directions)
        members = blend_members(model, heading)
    else:
        model = Recipe(directions=directions).fit_if_it_holds(earlier)
        members = card_members(model, heading, places=places)
    about = {
        "variables": _variables(model),
        "looked_at": list(_suspects(model)),
        "learnt_from": _counts(earlier),
        "tried_on": _counts(later),
        "out_of_time": figures(later, model.risk(later.columns)),
        "expert_out_of_time": _ranking(later, experts),
    }
    return Trained(members, about)


def figures(table: Table, risk: "np.ndarray[Any, np.dtype[np.float64]]") -> dict[str, str]:
    """Give AUC, KS, Brier and calibration error as text; AUC and KS only where there are loans of both kinds."""
    found = {
        "brier": measures.brier(table.bad, risk),
        "ece": measures.expected_calibration_error(table.bad, risk),
    }
    if 0 < table.bad.sum() < len(table.bad):
        found |= {"auc": measures.auc(table.bad, risk), "ks": measures.ks(table.bad, risk)}
    return {name: f"{value:.4f}" for name, value in found.items()}


def _ranking(table: Table, experts: Sequence[ExpertVariable]) -> dict[str, str]:
    # The expert's sum is no probability: only how it ranks can be compared.
    risk = -expert_sum(experts, table.columns).astype(np.float64)
    if not 0 < table.bad.sum() < len(table.bad):
        return {}
    return {"auc": f"{measures.auc(table.bad, risk):.4f}", "ks": f"{measures.ks(table.bad, risk):.4f}"}


def _variables(model: Blend | Fitted) -> list[dict[str, str]]:
    return [
        {"name": bins.name, "iv": f"{bins.iv:.4f}", "coefficient": f"{coefficient:.4f}"}
        for bins, coefficient in zip(model.bins, model.coefficients.tolist(), strict=True)
    ]


def _suspects(model: Blend | Fitted) -> Sequence[str]:
    return model.suspects if isinstance(model, Fitted) else ()


def _counts(table: Table) -> dict[str, int]:
    return {"loans": len(table.bad), "bads": int(table.bad.sum())}
