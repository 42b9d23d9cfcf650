"""Intake of goods that nobody recorded before: a supplier who keeps no books here drives onto the scale."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Membership, Organisation
from accounts.queries.memberships import may_record
from traceability.errors import RefusedError
from traceability.models import Lot
from traceability.services import chain
from traceability.services.entries import Entry, Saying, check_time, members, record_of
from traceability.services.lots import LotFacts, identity
from traceability.services.rows import bring_in_line
from traceability.services.transactions import business_transaction
from traceability.services.weighing import Weighing


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What came, whose it was, and how it was weighed. A supplier is a party here, or a name that stays private."""

    product_form: str
    weighing: Weighing
    crop: str = ""
    product_name: str = ""
    code: str = ""
    supplier: Organisation | None = None
    supplier_name: str = ""


@business_transaction
def take_in(*, delivery: Delivery, entry: Entry, membership: Membership, at: datetime) -> Lot:
    """Make a lot of a delivery, in the party's hands. It rests on nothing: no record tells where it grew.

    Raises RefusedError, EventError, ChainConflictError.
    """
    if not may_record(membership):
        raise RefusedError("", "viewer_cannot_write")
    check_time(entry, at=at)
    lot_id, weighing = entry.id_of("lot"), delivery.weighing
    facts = LotFacts(
        kg=weighing.net(),
        product_form=delivery.product_form,
        product_name=delivery.product_name,
        code=delivery.code,
        moisture_percent=weighing.moisture_percent,
    )
    body = {
        **identity(lot_id, facts, entry=entry, registrant=membership.organisation),
        **members(crop=delivery.crop, supplier=str(delivery.supplier.public_id) if delivery.supplier else ""),
        **weighing.body(),
    }
    private = {**weighing.private(), **members(supplier_name=delivery.supplier_name)}
    saying = Saying(body=body, private=private)
    record = record_of("lot.taken_in", f"lot:{lot_id}", entry=entry, saying=saying, membership=membership)
    chain.append(record, at=at)
    bring_in_line([record.entity])
    return Lot.objects.select_related("registrant", "custodian").get(pk=lot_id)
