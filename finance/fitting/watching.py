"""One night's report on a card: is it still true, does its population still look the same, do groups fare alike."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from finance.fitting import drift, excess, measures
from finance.fitting.calibration import calibrated
from finance.fitting.excess import Month, Quarter
from finance.fitting.fairness import Group, Ratio, ratios
from finance.fitting.woe import Flags, Floats, Ints

# Calibration is judged from this many outcomes on; two points in a hundred are what a card may be off.
ENOUGH, MOST_ECE = 300, 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Matured:
    """Loans whose outcome is known: their risk by the card, and the month in which they came of age (by `months`)."""

    risk: Floats
    bad: Flags
    month: Ints
    months: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What a card gives to everybody now and gave to the reference; traits are for the test of fairness alone."""

    now: Ints
    reference: Ints
    groups: Mapping[str, Flags | Group] = field(default_factory=dict)


def calibration_report(
    loans: Matured, *, groups: Mapping[str, Flags] | None = None, crops: Mapping[str, Flags] | None = None
) -> dict[str, Any]:
    """Say how true the risks are, by deciles; and by group (county) and crop."""
    ece = measures.expected_calibration_error(loans.bad, loans.risk)
    way = calibrated(loans.risk, loans.bad)
    return {
        "loans": len(loans.bad),
        "bads": int(loans.bad.sum()),
        "ece": round(ece, 5),
        "brier": round(measures.brier(loans.bad, loans.risk), 5),
        "auc": round(measures.auc(loans.bad, loans.risk), 4) if 0 < loans.bad.sum() < len(loans.bad) else None,
        "bands": [asdict(band) for band in measures.reliability(loans.bad, loans.risk)],
        "method": way.method,
        "shift": round(way.shift, 4),
        "groups": [_of_group(name, loans, inside) for name, inside in (groups or {}).items() if inside.any()],
        "crops": [_of_group(name, loans, inside) for name, inside in (crops or {}).items() if inside.any()],
        "alarm": len(loans.bad) >= ENOUGH and ece > MOST_ECE + _noise(loans),
    }


def drift_report(loans: Matured, scores: Scores, *, until: str | None = None) -> dict[str, Any]:
    """Compare populations by PSI, and bad loans with what was expected: by quarter, and added up by month.

    Quarters count that are whole before the month `until`; all of them where there is none. The population alone is a
    sign to look at; the alarm is that the card has become wrong.
    """
    edges = drift.bands_of(scores.reference.astype(np.float64))
    shift = drift.shift_of(*(drift.counts_in(edges, one.astype(np.float64)) for one in (scores.reference, scores.now)))
    months = months_of(loans)
    sums = excess.running(months)
    quarters = excess.quarters_of(months)
    whole = [one for one in quarters if until is None or one.name < excess.quarter_name(until)]
    return {
        "psi": round(shift.psi, 5),
        "psi_limit": round(shift.limit, 5),
        "moved": shift.is_alarm,
        "months": [month.name for month in months],
        "expected": [round(month.expected, 2) for month in months],
        "bads": [month.bads for month in months],
        "above": [round(above, 3) for above, _ in sums],
        "below": [round(below, 3) for _, below in sums],
        "limit": round(excess.LIMIT, 3),
        "quarters": [_of_quarter(one) for one in whole],
        "alarm": any(one.is_outside for one in whole[-1:]) or (bool(sums) and max(sums[-1]) > excess.LIMIT),
    }


def fairness_report(scores: Scores) -> dict[str, Any]:
    """Compare the groups at every cut."""
    found = ratios(scores.now, scores.groups)
    return {"ratios": [_rounded(one) for one in found], "alarm": any(one.is_alarm for one in found)}


def months_of(loans: Matured) -> list[Month]:
    """Add up the loans by month, in order."""
    return [
        excess.month_of(name, loans.risk[inside], int(loans.bad[inside].sum()))
        for place, name in enumerate(loans.months)
        if (inside := loans.month == place).any()
    ]


def _of_group(name: str, loans: Matured, inside: Flags) -> dict[str, Any]:
    risk, bad = loans.risk[inside], loans.bad[inside]
    return {"name": name, "loans": len(bad), "expected": round(float(risk.mean()), 4), "observed": float(bad.mean())}


def _of_quarter(one: Quarter) -> dict[str, Any]:
    rounded = {name: round(getattr(one, name), 1) for name in ("expected", "least", "most")}
    return {"name": one.name, "loans": one.loans, "bads": one.bads, **rounded, "outside": one.is_outside}


def _noise(loans: Matured) -> float:
    # What chance alone does to a decile's rate: the mean of |N(0, sd)| is sd * sqrt(2/pi); twice that is no chance.
    rate = float(loans.bad.mean())
    return 2 * float(np.sqrt(2 / np.pi * rate * (1 - rate) / (len(loans.bad) / 10)))


def _rounded(one: Ratio) -> dict[str, Any]:
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(one).items()} | {
        "alarm": one.is_alarm,
        "unsure": one.is_outside and not one.is_alarm,
    }
