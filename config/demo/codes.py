"""Codes of single bags: a batch of serial numbers, some bags that were scanned, and one whose code was copied."""

from collections.abc import Callable
from datetime import datetime, timedelta

from accounts.enums import Role
from accounts.models import Membership
from config.demo.scenes import Stage
from traceability.models import CodeBatch, Lot
from traceability.services.scans import count_scan, make_codes
from traceability.standards.days import CHINA

GTIN, CODE = "09520260000103", "PJ261016A1"
BAGS = 24
_MADE = datetime(2026, 10, 17, 9, tzinfo=CHINA)
_FIRST_SCAN = datetime(2026, 10, 24, 10, 15, tzinfo=CHINA)
# How often each of the first bags was scanned: within one hour, seven readers hold more than one bag.
_SCANS = (1, 2, 7)


def scan_bags(stage: Stage, *, clock: Callable[[], datetime]) -> CodeBatch | None:
    """Make serial numbers for the bags of a lot and scan a few; what was done before stays.

    None where the lot or the day of the scans is still to come.
    """
    lot = Lot.objects.select_related("registrant").filter(gtin=GTIN, code=CODE).first()
    if lot is None or clock() < _FIRST_SCAN + timedelta(days=1):
        return None
    batch = make_codes(lot=lot, count=BAGS, batch_id=stage.id_of("codes P1"), membership=_owner(stage, lot), at=_MADE)
    if batch.codes.filter(scans__gt=0).exists():
        return batch
    for code, scans in zip(batch.codes.order_by("pk"), _SCANS, strict=False):
        for number in range(scans):
            count_scan(code=code, at=_FIRST_SCAN + timedelta(minutes=5 * number))
    return batch


def _owner(stage: Stage, lot: Lot) -> Membership:
    members = stage.cast.members.values()
    return next(one for one in members if one.organisation_id == lot.registrant_id and one.role == Role.OWNER)
