"""What a process tells a consumer: what went in and came out, the water that left, and what was truly lost."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from traceability.balance import WATER, at_moisture
from traceability.decimals import read_decimal
from traceability.projections.standing import Standing, decimal_of
from traceability.web.trace.text import listed, mass, plain

_KILOGRAM = Decimal(1)
_TENTH = Decimal("0.1")


def process_details(one: Standing) -> tuple[str, ...]:
    """Give the details of a process, in the order in which people ask for them."""
    return tuple(_details(one.body))


def made_kg(one: Standing) -> Decimal:
    """Give what came out as the product, in kg."""
    return _sum(one.body["outputs"])


def _details(body: Mapping[str, Any]) -> Iterator[str]:
    into = _sum(body["inputs"])
    water = _water(body, into)
    lost = _sum(part for part in body.get("losses", ()) if part["reason"] != WATER)
    yield _("from %(mass)s") % {"mass": mass(into)}
    if water > 0:
        yield _dried(body, water)
    if body.get("by_products"):
        names = listed(part["name"] for part in body["by_products"])
        yield _("by-products %(names)s") % {"names": names}
    if lost:
        # Of the dry weight: what evaporated was never food.
        share = (lost * 100 / (into - water)).quantize(_TENTH) if into > water else Decimal(100)
        yield _("loss %(mass)s (%(percent)s %%)") % {"mass": mass(lost), "percent": plain(share)}


def _dried(body: Mapping[str, Any], water: Decimal) -> str:
    before, after = decimal_of(body, "moisture_in_percent"), decimal_of(body, "moisture_out_percent")
    if before is None or after is None:
        return _("%(mass)s of water left it, which is no loss") % {"mass": mass(water)}
    return _("moisture %(before)s %% → %(after)s %%: %(mass)s of water left it, which is no loss") % {
        "before": plain(before),
        "after": plain(after),
        "mass": mass(water),
    }


def _water(body: Mapping[str, Any], into: Decimal) -> Decimal:
    """Tell the water that left, in kg: by equal dry matter where both moistures are known, else as it was declared."""
    before, after = decimal_of(body, "moisture_in_percent"), decimal_of(body, "moisture_out_percent")
    if before is None or after is None or after >= 100:
        return _sum(part for part in body.get("losses", ()) if part["reason"] == WATER)
    return (into - at_moisture(into, measured=before, wanted=after)).quantize(_KILOGRAM)


def _sum(parts: Iterable[Mapping[str, Any]]) -> Decimal:
    return sum((read_decimal(part["kg"]) for part in parts), start=Decimal(0))
