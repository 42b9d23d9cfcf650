"""Shipments: a lot leaves one party, and changes hands when the other has weighed and accepted it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from accounts.models import Membership, Organisation
from accounts.queries.memberships import may_record
from traceability.enums import ShipmentState
from traceability.errors import NotYoursError, RefusedError
from traceability.models import Lot, Shipment
from traceability.services import chain
from traceability.services.entries import Entry, Saying, check_may_write, check_time, members, record_of
from traceability.services.holds import check_not_held
from traceability.services.locks import lock_lots
from traceability.services.lots import LotFacts
from traceability.services.processes import Input, Process, complete_process
from traceability.services.roads import check_not_on_the_way
from traceability.services.rows import bring_in_line
from traceability.services.transactions import business_transaction
from traceability.services.weighing import Weighing, differs


@dataclass(frozen=True, slots=True, kw_only=True)
class Consignment:
    """What is shipped to whom: all of a lot, or so many kilograms of it, and the papers that go with it."""

    to: Organisation
    kg: Decimal | None = None
    slip: str = ""
    vehicle: str = ""
    driver: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """How a delivery was weighed. `difference_reason` says why it is not what was shipped, where scales cannot be."""

    weighing: Weighing
    difference_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a delivery was sent back."""

    reason: str
    note: str = ""


@business_transaction
def ship(*, lot: Lot, consignment: Consignment, entry: Entry, membership: Membership, at: datetime) -> Shipment:
    """Send a lot that is in the party's hands, or a part of it, to another party, in whose hands it is once accepted.

    A part becomes a lot of its own by dividing. Raises NotYoursError; RefusedError, also where the lot is held or is on
    the way already; EventError, ChainConflictError.
    """
    locked = lock_lots([lot])[0]
    check_time(entry, at=at, earliest=locked.produced_on)
    if not entry.is_known:
        _check_may_ship(locked, consignment, membership)
    sent = _part(locked, consignment, entry=entry, membership=membership, at=at)
    body = members(to=str(consignment.to.public_id), kg=_shipped_kg(sent, entry), date=entry.day)
    private = members(
        slip=consignment.slip, vehicle=consignment.vehicle, driver=consignment.driver, note=consignment.note
    )
    saying = Saying(body=body, private=private)
    _say("lot.shipped", sent, saying, entry=entry, membership=membership, at=at)
    return _shipment(entry.id)


@business_transaction
def accept(
    *, shipment: Shipment, acceptance: Acceptance, entry: Entry, membership: Membership, at: datetime
) -> Shipment:
    """Take a delivery that was weighed into the party's hands: from now on there is as much of it as the scale shows.

    Raises NotYoursError where it was not sent to this party; RefusedError where it was answered before, or weighs other
    than was shipped and nobody says why; EventError, ChainConflictError.
    """
    _check_answer(shipment, shipment.receiver, entry=entry, membership=membership, at=at)
    net, weighing = acceptance.weighing.net(), acceptance.weighing
    other = differs(net, shipment.kg)
    if other and not acceptance.difference_reason:
        raise RefusedError("/difference_reason", "difference_unexplained", kg=shipment.kg)
    body = members(
        shipment=str(shipment.pk),
        kg=net,
        book_kg=shipment.kg,
        differs=other or None,
        moisture_percent=weighing.moisture_percent,
        date=entry.day,
    )
    private = {
        **weighing.private(),
        **members(difference_reason=acceptance.difference_reason if other else ""),
    }
    saying = Saying(body={**body, **weighing.body()}, private=private)
    _say("lot.received", shipment.lot, saying, entry=entry, membership=membership, at=at)
    return _shipment(shipment.pk)


@business_transaction
def refuse(*, shipment: Shipment, refusal: Refusal, entry: Entry, membership: Membership, at: datetime) -> Shipment:
    """Send a delivery back: the lot stays in the hands of who shipped it.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    _check_answer(shipment, shipment.receiver, entry=entry, membership=membership, at=at)
    body = members(shipment=str(shipment.pk), refused=refusal.reason, date=entry.day)
    saying = Saying(body=body, private=members(note=refusal.note))
    _say("lot.received", shipment.lot, saying, entry=entry, membership=membership, at=at)
    return _shipment(shipment.pk)


@business_transaction
def void(*, shipment: Shipment, entry: Entry, membership: Membership, at: datetime) -> Shipment:
    """Take a shipment back that nobody has answered yet.

    Raises NotYoursError, RefusedError, ChainConflictError.
    """
    _check_answer(shipment, shipment.sender, entry=entry, membership=membership, at=at)
    saying = Saying(body=members(shipment=str(shipment.pk), date=entry.day))
    _say("lot.shipment_voided", shipment.lot, saying, entry=entry, membership=membership, at=at)
    return _shipment(shipment.pk)


def _check_may_ship(lot: Lot, consignment: Consignment, membership: Membership) -> None:
    check_may_write(membership, lot.custodian)
    if consignment.to == lot.custodian:
        raise RefusedError("/to", "same_party")
    check_not_held([lot], "/lot")
    check_not_on_the_way([lot], "/lot")
    if lot.kg == 0:
        raise RefusedError("/kg", "nothing_left", name=str(lot))
    if consignment.kg is None:
        return
    if lot.kg is None:
        raise RefusedError("/kg", "unknown_quantity", name=str(lot))
    if consignment.kg > lot.kg:
        raise RefusedError("/kg", "more_than_there_is", name=str(lot), kg=lot.kg)


def _part(lot: Lot, consignment: Consignment, *, entry: Entry, membership: Membership, at: datetime) -> Lot:
    """Divide off what is shipped, unless that is all there is."""
    dividing = Entry(id=entry.id_of("part"), time=entry.time)
    if consignment.kg is None or lot.kg is None or (consignment.kg == lot.kg and not dividing.is_known):
        return lot
    if entry.is_known and not dividing.is_known:
        return lot
    part = LotFacts(
        kg=consignment.kg,
        product_form=lot.product_form or "other",
        product_name=lot.product_name,
        gtin=lot.gtin,
        moisture_percent=lot.moisture_percent,
    )
    process = Process(name="dividing", inputs=[Input(lot=lot, kg=consignment.kg)], outputs=[part])
    return complete_process(entry=dividing, process=process, membership=membership, at=at)[0]


def _shipped_kg(sent: Lot, entry: Entry) -> Decimal | None:
    # The same entry says the same when it comes again, whatever was weighed since.
    known = Shipment.objects.filter(pk=entry.id).first()
    return known.kg if known else sent.kg


def _check_answer(
    shipment: Shipment, answers: Organisation, *, entry: Entry, membership: Membership, at: datetime
) -> None:
    if membership.organisation_id != answers.pk:
        raise NotYoursError(f"shipment {shipment.pk}: is not this party's to answer")
    if not may_record(membership):
        raise RefusedError("", "viewer_cannot_write")
    check_time(entry, at=at, earliest=shipment.shipped_on)
    lock_lots([shipment.lot])
    if not entry.is_known and _shipment(shipment.pk).state != ShipmentState.SHIPPED:
        raise RefusedError("", "not_on_the_way")


def _say(  # noqa: PLR0913 - what a record is made of
    name: str, lot: Lot, saying: Saying, *, entry: Entry, membership: Membership, at: datetime
) -> None:
    chain.append(record_of(name, lot.entity, entry=entry, saying=saying, membership=membership), at=at)
    bring_in_line([lot.entity])


def _shipment(shipment_id: UUID) -> Shipment:
    found = Shipment.objects.select_related("lot__registrant", "lot__custodian", "sender", "receiver")
    return found.get(pk=shipment_id)
