"""Lots: how they are named, and how they pass from hand to hand."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.conf import settings

from accounts.models import Membership, Organisation
from accounts.queries.prefixes import held_by_others
from traceability.epcis.keys import Key
from traceability.errors import RefusedError
from traceability.models import Lot
from traceability.services import chain
from traceability.services.entries import Entry, Saying, check_may_write, check_time, members, record_of
from traceability.services.holds import check_not_held
from traceability.services.locks import lock_lots
from traceability.services.roads import check_not_on_the_way
from traceability.services.rows import bring_in_line
from traceability.services.transactions import business_transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class LotFacts:
    """What a lot is. Without a code it gets one from its day and its id; without a GTIN a name under our domain."""

    kg: Decimal
    product_form: str
    code: str = ""
    gtin: str = ""
    product_name: str = ""
    typed: dict[str, str] | None = None
    moisture_percent: Decimal | None = None


def identity(
    lot_id: UUID, facts: LotFacts, *, entry: Entry, registrant: Organisation, is_part: bool = False
) -> dict[str, object]:
    """Give the members that name and measure a new lot; one that is only part of another bears the GTIN of that.

    Raises RefusedError where the party, or with a GTIN anybody, has a lot of this code, or the GTIN is another's.
    """
    if facts.gtin and not is_part and held_by_others([facts.gtin], registrant):
        raise RefusedError("/gtin", "gtin_of_another", name=facts.gtin)
    code = facts.code or f"{entry.day:%Y%m%d}-{lot_id.hex[:6].upper()}"
    epc = Key("01", facts.gtin, "10", code).uri if facts.gtin else own_uri(lot_id)
    others = Lot.objects.exclude(pk=lot_id)
    if others.filter(epc=epc).exists() or others.filter(registrant=registrant, code=code, gtin=facts.gtin).exists():
        raise RefusedError("/code", "code_taken", name=code)
    return members(
        epc=epc,
        gtin=facts.gtin,
        code=code,
        product_form=facts.product_form,
        product_name=facts.product_name,
        kg=facts.kg,
        typed=facts.typed,
        moisture_percent=facts.moisture_percent,
        date=entry.day,
    )


def own_uri(lot_id: UUID) -> str:
    """Name a lot whose owner has no GTIN, under this log's domain; never under a prefix of GS1 that is not ours."""
    domain = settings.LOG_ORIGIN.partition("/")[0]
    return f"https://{domain}/trace/{lot_id}"


@business_transaction
def hand_over(*, lot: Lot, to: Organisation, entry: Entry, membership: Membership, at: datetime) -> Lot:
    """Give a lot that is in the party's hands into another's, who may then process it or hand it on.

    Raises NotYoursError, RefusedError, ChainConflictError.
    """
    locked = lock_lots([lot])[0]
    if not entry.is_known:
        check_may_write(membership, locked.custodian)
        if to == locked.custodian:
            raise RefusedError("/to", "same_party")
        check_not_held([locked], "/lot")
        check_not_on_the_way([locked], "/lot")
    check_time(entry, at=at, earliest=locked.produced_on)
    saying = Saying(body=members(to=str(to.public_id), date=entry.day))
    chain.append(record_of("lot.handed_over", lot.entity, entry=entry, saying=saying, membership=membership), at=at)
    bring_in_line([lot.entity])
    lot.refresh_from_db()
    return lot
