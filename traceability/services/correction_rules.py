"""What a correction may not do to the records around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from traceability.epcis.items import Role
from traceability.errors import RefusedError
from traceability.events import EVENT_TYPES
from traceability.models import Lot, Plot, Season
from traceability.projections.lots import linked_to
from traceability.projections.standing import Standing, standing
from traceability.queries import history
from traceability.services.entries import CLOCK_TOLERANCE
from traceability.services.holds import check_not_held
from traceability.services.roads import check_not_on_the_way
from traceability.services.weighing import weighed_since
from traceability.standards.days import day_in_china

CORRECTED_BY: Mapping[str, str] = {name: one.name for one in EVENT_TYPES.values() for name in one.corrects}
# Worked out by us from what else was said; names under which a lot is known outside; which laboratory was asked about
# which sample, else one could put words into another's mouth: nobody corrects these by hand.
_FIXED = frozenset(
    {"measured_mu", "boundary_kind", "boundary", "inside_interval", "code", "gtin", "laboratory", "sample"}
)
# Retired instead, or part of a balance over several lots, of which one alone cannot be put right.
_NEVER_WITHDRAWN = frozenset({"plot.registered", "lot.consumed", "lot.processed", "lot.received"})
# A run is withdrawn with all that it did to its lots, by a service of its own.
_BY_HAND = CORRECTED_BY.keys() - {"process.completed"}
_KG_IN_A_BALANCE = frozenset({"lot.consumed", "lot.processed"})
_USES = frozenset({"lot.consumed", "lot.handed_over", "lot.received", "lot.counted"})
_QUANTITY = frozenset({"kg", "typed"})
# Who took back what failed a test, or was vouched for or recalled, would hide it.
_JUDGED = frozenset({"test.reported", "certificate.issued", "lot.recalled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What is wrong with a record: new values of its public and private members, or that it is withdrawn as a whole."""

    record_id: UUID
    reason: str
    changes: Mapping[str, object] = field(default_factory=dict)
    private: Mapping[str, object] = field(default_factory=dict)
    explanation: str = ""
    withdrawn: bool = False


def check_members(correction: Correction) -> None:
    """Check that a person does not change what only we may work out. Raises RefusedError."""
    for name in sorted(_FIXED & {*correction.changes, *correction.private}):
        raise RefusedError(f"/changes/{name}", "fixed_member", name=name)


def check_before(found: Standing, correction: Correction) -> None:
    """Check a correction against the record as it stands. Raises RefusedError."""
    if found.withdrawn:
        raise RefusedError("", "already_withdrawn")
    kg_fixed = "kg" in correction.changes and found.type in _KG_IN_A_BALANCE
    if found.type not in _BY_HAND or kg_fixed or (correction.withdrawn and found.type in _NEVER_WITHDRAWN):
        raise RefusedError("", "cannot_correct", name=found.type)
    if found.type == "plot.registered" and "number" in correction.changes:
        _check_number(found, correction)


def check_after(stands: Standing, correction: Correction, *, at: datetime) -> None:
    """Check the record as it would stand, before the transaction ends. Raises RefusedError.

    Only now is every new value known to have the form that its type asks for.
    """
    if "date" in correction.changes:
        _check_day(stands, at)
    if stands.type in {"season.harvested", "lot.harvested", "lot.taken_in"}:
        _check_lot(stands, correction)
    if stands.type == "season.opened" and correction.withdrawn:
        _check_nothing_rests_on(stands)
    if stands.type == "sample.taken" and correction.withdrawn:
        _check_unreported(stands)


def _check_number(found: Standing, correction: Correction) -> None:
    plot = Plot.objects.get(pk=_entity_id(found))
    number = correction.changes["number"]
    if Plot.objects.filter(holder_id=plot.holder_id, number=number).exclude(pk=plot.pk).exists():
        raise RefusedError("/changes/number", "number_taken", name=number)


def _check_day(stands: Standing, at: datetime) -> None:
    if stands.day > day_in_china(at + CLOCK_TOLERANCE):
        raise RefusedError("/changes/date", "in_the_future")
    season = _season_of(stands)
    if season is None:
        return
    if stands.day < season.opened_on:
        raise RefusedError("/changes/date", "too_early", day=season.opened_on.isoformat())
    allowed = season.harvest_allowed_from
    early = allowed is not None and stands.day < allowed and stands.type.endswith(".harvested")
    if allowed and early and not stands.body.get("inside_interval"):
        raise RefusedError("/changes/date", "inside_interval", day=allowed.isoformat())


def _season_of(stands: Standing) -> Season | None:
    entity = stands.body.get("season") or stands.event.leaf.entity
    return Season.objects.filter(pk=entity.partition(":")[2]).first() if entity.startswith("season:") else None


def _check_lot(stands: Standing, correction: Correction) -> None:
    entity = stands.body.get("lot") or stands.event.leaf.entity
    lot = Lot.objects.get(pk=entity.partition(":")[2])
    _check_in_hand(lot, stands, correction)
    if lot.kg is not None and lot.kg < 0:
        raise RefusedError("/changes/kg", "already_used", name=str(lot))
    _check_since(lot, stands, correction)


def _check_since(lot: Lot, stands: Standing, correction: Correction) -> None:
    found = [one for one in standing(history.of(lot.entity)) if not one.withdrawn]
    if correction.withdrawn and (_is_in_events(found) or any(one.type in _USES for one in found)):
        raise RefusedError("", "already_used", name=str(lot))
    if correction.withdrawn and any(one.type in _JUDGED for one in found):
        raise RefusedError("", "judged_since", name=str(lot))
    changed = sorted(_QUANTITY & correction.changes.keys())
    if changed and weighed_since(found, stands.event.leaf.id):
        raise RefusedError(f"/changes/{changed[0]}", "weighed_since", name=str(lot))


def _is_in_events(found: Sequence[Standing]) -> bool:
    """Whether an EPCIS event that was not declared wrong made, used or packed the lot."""
    return any("effect" in body or Role(body["role"]).is_upstream for body in linked_to(found))


def _check_in_hand(lot: Lot, stands: Standing, correction: Correction) -> None:
    changed = sorted(_QUANTITY & correction.changes.keys())
    if not (correction.withdrawn or changed):
        return
    check_not_on_the_way([lot], "")
    check_not_held([lot], "")
    # What was handed over is the receiver's stock: whoever made the lot may no longer make it less, or more.
    if str(lot.custodian.public_id) == stands.event.leaf.actor.speaks_for:
        return
    pointer = "" if correction.withdrawn else f"/changes/{changed[0]}"
    raise RefusedError(pointer, "not_in_your_hands", name=str(lot))


def _check_nothing_rests_on(opened: Standing) -> None:
    entity = opened.event.leaf.entity
    if any(one.event is not opened.event and not one.withdrawn for one in standing(history.of(entity))[1:]):
        raise RefusedError("", "season_in_use")


def _check_unreported(sample: Standing) -> None:
    reports = [one for one in standing(history.of(sample.event.leaf.entity)) if one.type == "test.reported"]
    if any(one.body.get("sample") == sample.body["sample"] and not one.withdrawn for one in reports):
        raise RefusedError("", "already_reported", name=sample.body["sample"])


def _entity_id(stands: Standing) -> str:
    return stands.event.leaf.entity.partition(":")[2]
