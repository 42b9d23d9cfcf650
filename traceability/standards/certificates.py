"""The conformity certificate 承诺达标合格证: which products need one, and what it promises (MARA order 2025 no. 4)."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from traceability.standards.files import rows


class Need(StrEnum):
    """Whether a product needs a certificate before it is sold."""

    REQUIRED = "required"
    VOLUNTARY = "voluntary"
    # Grain, and whatever the order does not know: a certificate of it would promise what nobody asks for.
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One row: a form of a crop, the order that speaks of it, and from when on."""

    need: Need
    order: str
    effective_from: date
    evidence: str


def need_of(*, crop: str, product_form: str, on: date) -> Need:
    """Tell whether a form of a crop needs a certificate on a day; before the order it was a matter of choice."""
    found = scopes().get((crop, product_form))
    if found is None:
        return Need.OUTSIDE
    return found.need if on >= found.effective_from else Need.VOLUNTARY


def promise_of(form: str) -> str:
    """Give the words of the promise, which the order fixes, of the producer's or of the buyer's form."""
    return _promises()[form]


@functools.cache
def scopes() -> Mapping[tuple[str, str], Scope]:
    """Read the scope by crop and product form."""
    return {
        (row["crop"], row["product_form"]): Scope(
            need=Need(row["need"]),
            order=row["order"],
            effective_from=date.fromisoformat(row["effective_from"]),
            evidence=row["evidence"],
        )
        for row in rows("certificate_scope.csv")
    }


@functools.cache
def _promises() -> Mapping[str, str]:
    return {row["form"]: row["text"] for row in rows("certificate_promises.csv")}
