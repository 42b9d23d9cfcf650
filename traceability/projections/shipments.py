"""What follows from the history of a lot about its ways from party to party."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from traceability.enums import ShipmentState
from traceability.models import Shipment
from traceability.projections.plots import entity_id
from traceability.projections.projection import Projection, Recorded, Row
from traceability.projections.standing import Standing, standing

_ANSWERS = frozenset({"lot.received", "lot.shipment_voided"})


def rows(history: Sequence[Recorded]) -> list[Row]:
    """Give a row for each time that the lot was shipped, as it was answered."""
    events = [one for one in standing(history) if not one.withdrawn]
    # The first answer stands; the service lets no second one in.
    answers = {one.body["shipment"]: one for one in reversed(events) if one.type in _ANSWERS}
    return [_row(one, answers) for one in events if one.type == "lot.shipped"]


def _row(one: Standing, answers: Mapping[str, Standing]) -> Row:
    leaf = one.event.leaf
    answer = answers.get(leaf.id)
    return {
        "id": UUID(leaf.id),
        "lot_id": entity_id(one.event),
        "sender__public_id": UUID(leaf.actor.party),
        "receiver__public_id": UUID(one.body["to"]),
        "kg": one.number("kg"),
        "shipped_on": one.day,
        "slip": one.private.get("slip", ""),
        "state": _state(answer).value,
        "received_kg": answer.number("kg") if answer else None,
        "answered_on": answer.day if answer else None,
    }


def _state(answer: Standing | None) -> ShipmentState:
    if answer is None:
        return ShipmentState.SHIPPED
    if answer.type == "lot.shipment_voided":
        return ShipmentState.VOIDED
    return ShipmentState.ACCEPTED if "kg" in answer.body else ShipmentState.REFUSED


SHIPMENTS = Projection(
    model=Shipment,
    prefix="lot",
    columns=(
        "id",
        "lot_id",
        "sender__public_id",
        "receiver__public_id",
        "kg",
        "shipped_on",
        "slip",
        "state",
        "received_kg",
        "answered_on",
    ),
    key=("id",),
    rows=rows,
    entity_column="lot_id",
)
