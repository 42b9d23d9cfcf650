"""Serial numbers of single bags: drawing them, counting their scans, and telling a copied one.

A code is flagged by the first of these signs, and stays flagged until its maker has looked into it and clears it;
then counting begins anew:

ENDED  it was scanned after its maker said that the bag is used up, taken back or spoiled;
PACE   it was scanned more than MOST_IN_AN_HOUR times within one hour of the clock;
MANY   it was scanned more than MOST_SCANS times in all.

One bag meets a few people in a shop and one household at home. A browser that comes again within REST_SECONDS is the
same person reading on, and is not counted, nor is who comes from the same address (`web/resolver/counting.py`). Of a
scan nothing is kept but the counts, the minute of the first and the hour of the newest.
"""

import secrets
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Coalesce

from accounts.models import Membership
from accounts.queries.prefixes import held_by_others
from traceability.enums import CopySign
from traceability.errors import RefusedError
from traceability.models import BagCode, CodeBatch, Lot
from traceability.queries.gtins import is_unconfirmed
from traceability.services.entries import check_may_write
from traceability.services.locks import lock_lots
from traceability.services.transactions import business_transaction

MOST_IN_AN_HOUR = 6
MOST_SCANS = 20
REST_SECONDS = 600
# What a printer takes in one go, and what a lot of this country's cooperatives comes to.
MOST_IN_A_BATCH = 2_000
MOST_OF_A_LOT = 20_000
# Without those that are misread for one another. 14 of 31 characters are 69 bits: nobody finds one by trying.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
SERIAL_LENGTH = 14


def draw_serial() -> str:
    """Draw a serial number that nobody can guess and that says nothing."""
    return "".join(secrets.choice(ALPHABET) for _ in range(SERIAL_LENGTH))


@business_transaction
def make_codes(*, lot: Lot, count: int, batch_id: UUID, membership: Membership, at: datetime) -> CodeBatch:
    """Draw serial numbers for bags of a lot that the party made; the same batch id draws only once.

    Raises NotYoursError, RefusedError.
    """
    locked = lock_lots([lot])[0]
    check_may_write(membership, lot.registrant)
    known = CodeBatch.objects.filter(pk=batch_id, lot=locked).first()
    if known:
        return known
    if not locked.gtin:
        raise RefusedError("/lot", "no_gtin", name=locked.code)
    if held_by_others([locked.gtin], locked.registrant) and is_unconfirmed(locked):
        raise RefusedError("/lot", "gtin_of_another", name=locked.gtin)
    if count < 1:
        raise RefusedError("/count", "below_minimum", limit=1)
    if count > MOST_IN_A_BATCH:
        raise RefusedError("/count", "above_maximum", limit=MOST_IN_A_BATCH)
    if BagCode.objects.filter(batch__lot=locked).count() + count > MOST_OF_A_LOT:
        raise RefusedError("/count", "too_many_codes", limit=MOST_OF_A_LOT)
    batch = CodeBatch.objects.create(pk=batch_id, lot=locked, party=membership.organisation, made_at=at)
    # Two equal ones among so many are less likely than a failing disk; the database would refuse them.
    BagCode.objects.bulk_create(BagCode(batch=batch, gtin=locked.gtin, serial=draw_serial()) for _ in range(count))
    return batch


@business_transaction
def end_codes(*, lot: Lot, serials: Collection[str], membership: Membership, at: datetime) -> int:
    """Say that bags are no more, so that a later scan shows a copy; give how many were not ended before.

    Raises NotYoursError, RefusedError where a serial number is none of this lot's.
    """
    check_may_write(membership, lot.registrant)
    codes = BagCode.objects.filter(batch__lot=lot, serial__in=set(serials))
    unknown = sorted(set(serials) - set(codes.values_list("serial", flat=True)))
    if unknown:
        raise RefusedError("/serials", "unknown_serial", name=unknown[0])
    return codes.filter(ended_at=None).update(ended_at=at)


@business_transaction
def clear_flag(*, lot: Lot, serial: str, membership: Membership) -> None:
    """Say that a bag that looked copied was looked into and is none: its scans are counted anew.

    Raises NotYoursError, RefusedError where the serial number is none of this lot's.
    """
    check_may_write(membership, lot.registrant)
    code = BagCode.objects.filter(batch__lot=lot, serial=serial)
    anew = code.update(copy_sign="", flagged_at=None, scans=0, scans_in_hour=0, scan_hour=None)
    if not anew:
        raise RefusedError("/serial", "unknown_serial", name=serial)


def count_scan(*, code: BagCode, at: datetime) -> None:
    """Count a scan in one statement, and flag the code where its scans cannot be one bag's.

    The caller has seen to it that a person's browser asked, and not the same one a moment ago.
    """
    hour = at.replace(minute=0, second=0, microsecond=0)
    # The right side of each assignment sees the row as it was before.
    in_hour = Case(When(scan_hour=hour, then=F("scans_in_hour") + 1), default=Value(1))
    sign = Case(
        When(ended_at__lt=at, then=Value(CopySign.ENDED)),
        When(scan_hour=hour, scans_in_hour__gte=MOST_IN_AN_HOUR, then=Value(CopySign.PACE)),
        When(scans__gte=MOST_SCANS, then=Value(CopySign.MANY)),
        default=Value(""),
        output_field=CharField(),
    )
    unflagged = Q(copy_sign="")
    BagCode.objects.filter(pk=code.pk).update(
        scans=F("scans") + 1,
        first_scanned_at=Coalesce(F("first_scanned_at"), Value(at.replace(second=0, microsecond=0))),
        scan_hour=hour,
        scans_in_hour=in_hour,
        copy_sign=Case(When(unflagged, then=sign), default=F("copy_sign")),
        flagged_at=Case(When(unflagged & _will_be_flagged(hour, at), then=Value(at)), default=F("flagged_at")),
    )


def _will_be_flagged(hour: datetime, at: datetime) -> Q:
    paced = Q(scan_hour=hour, scans_in_hour__gte=MOST_IN_AN_HOUR)
    return Q(ended_at__lt=at) | paced | Q(scans__gte=MOST_SCANS)
