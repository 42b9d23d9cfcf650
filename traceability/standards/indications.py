"""Names of products that a place protects (地理标志)."""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from traceability.standards.files import rows
from traceability.standards.names import Name


@dataclass(frozen=True, slots=True)
class Indication:
    """A protected name, its crop, the division code in which such goods grow, and the standard that describes them."""

    name: Name
    crop: str
    division: str
    standard: str
    evidence: str

    def covers(self, division_codes: Iterable[str]) -> bool:
        """Whether all of these villages lie in the place that gave the name; none prove nothing."""
        codes = list(division_codes)
        return bool(codes) and all(code.startswith(self.division) for code in codes)


@functools.cache
def indications() -> Sequence[Indication]:
    """Read the names that we know."""
    return [
        Indication(Name(row["english"], row["chinese"]), row["crop"], row["division"], row["standard"], row["evidence"])
        for row in rows("geographical_indications.csv")
    ]


def claimed_in(product_name: str, *, crop: str) -> Indication | None:
    """Find the protected name that a product's own name claims; None where it claims none.

    A claim proves nothing: the right to the mark is the certifier's to give, and in no record here.
    """
    named = (one for one in indications() if one.crop == crop)
    return next((one for one in named if one.name.chinese in product_name or one.name.english in product_name), None)
