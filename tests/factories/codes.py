"""Bags with serial numbers of their own."""

from uuid import uuid4

from accounts.models import Membership
from tests.factories import farm
from traceability.models import BagCode, Lot
from traceability.services.scans import make_codes

GTIN = "06901234000016"


def make_bagged_lot(member: Membership, *, code: str = "PJ-1", gtin: str = GTIN) -> Lot:
    return farm.make_lot(member, gtin=gtin, code=code)


def make_bags(lot: Lot, *, by: Membership, count: int = 3) -> list[BagCode]:
    batch = make_codes(lot=lot, count=count, batch_id=uuid4(), membership=by, at=farm.NOW)
    return list(batch.codes.order_by("pk"))
