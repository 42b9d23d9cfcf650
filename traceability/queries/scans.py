"""Serial numbers of bags: how often they were scanned, and which look copied."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.models import Membership
from traceability.models import BagCode, CodeBatch, Lot


@dataclass(frozen=True, slots=True)
class FirstScan:
    """What the reader of a bag's page is told: how often it was scanned, this time included, and first when."""

    count: int
    first_at: datetime
    looks_copied: bool


def first_scan_line(lot: Lot, serial: str | None) -> FirstScan | None:
    """Tell of the scans of a bag of a lot; None where no bag is asked for, or where it was never scanned."""
    code = bag_of(lot.gtin, serial or "", lot=lot)
    if code is None or code.first_scanned_at is None:
        return None
    return FirstScan(code.scans, code.first_scanned_at, looks_copied=bool(code.copy_sign))


def bag_of(gtin: str, serial: str, *, lot: Lot | None = None) -> BagCode | None:
    """Find a bag by its product and serial number, of a certain lot where one is given."""
    if not gtin or not serial:
        return None
    bags = BagCode.objects.select_related("batch__lot__registrant").filter(gtin=gtin, serial=serial)
    return (bags.filter(batch__lot=lot) if lot else bags).first()


def batches_of(membership: Membership) -> QuerySet[CodeBatch]:
    """List the batches of the party's lots, the newest first, each with its counts: bags, scans, bags flagged."""
    batches = CodeBatch.objects.filter(lot__registrant=membership.organisation_id).select_related("lot__registrant")
    return batches.annotate(
        bags=Count("codes"),
        scanned=Count("codes", filter=Q(codes__scans__gt=0)),
        scans=Coalesce(Sum("codes__scans"), 0),
        flagged=Count("codes", filter=~Q(codes__copy_sign="")),
        newest=Max("codes__scan_hour"),
    ).order_by("-made_at", "pk")


def batch_of(membership: Membership, batch_id: UUID) -> CodeBatch | None:
    """Find a batch of one of the party's lots."""
    return batches_of(membership).filter(pk=batch_id).first()


def codes_of(batch: CodeBatch) -> QuerySet[BagCode]:
    """List the codes of a batch: those that look copied first, then the most scanned."""
    return batch.codes.order_by(F("flagged_at").desc(nulls_last=True), "-scans", "pk")


def serials_of(batch: CodeBatch) -> list[str]:
    """Give the serial numbers of a batch in the order in which they were drawn."""
    return list(batch.codes.order_by("pk").values_list("serial", flat=True))


def flagged_codes(membership: Membership) -> QuerySet[BagCode]:
    """List the codes on the party's lots that look copied, the newest first."""
    flagged = BagCode.objects.filter(batch__lot__registrant=membership.organisation_id).exclude(copy_sign="")
    return flagged.select_related("batch__lot").order_by("-flagged_at", "pk")
