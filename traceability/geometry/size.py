"""How small and how large a plot may be."""

from decimal import Decimal

from traceability.errors import GeometryError
from traceability.geometry.boundary import Boundary

LEAST_MU = Decimal("0.01")
# 667 km2: beyond any farm, so something was drawn wrongly.
MOST_MU = Decimal(1_000_000)
# 4 hectares: Regulation (EU) 2023/1115, article 2 (28), taken as a norm for all crops.
POINT_MU = Decimal(60)


def check_point_is_enough(boundary: Boundary, declared_mu: Decimal, pointer: str = "") -> None:
    """Check that a plot known by a point only is not above 4 hectares. Raises GeometryError."""
    if boundary.kind == "Point" and declared_mu > POINT_MU:
        raise GeometryError(pointer, "polygon_needed", limit=POINT_MU)
