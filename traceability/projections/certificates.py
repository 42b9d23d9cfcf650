"""What follows from the history of a lot about its certificates."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from traceability.models import Certificate, CertificateCollection
from traceability.projections.plots import entity_id
from traceability.projections.projection import Projection, Recorded, Row
from traceability.projections.standing import day_of


def certificates(history: Sequence[Recorded]) -> list[Row]:
    """Give a row for each certificate of a lot, and whether it was voided."""
    # What voids it first ends it; the service lets no second voiding in.
    voided = {one.leaf.body["certificate"]: one for one in reversed(history) if one.leaf.type == "certificate.voided"}
    return [
        {
            "id": UUID(event.leaf.id),
            "lot_id": entity_id(event),
            "issuer__public_id": UUID(event.leaf.actor.party),
            "number": event.leaf.body["number"],
            "form": event.leaf.body["form"],
            "promise": event.leaf.body["promise"],
            "basis": " ".join(event.leaf.body["basis"]),
            "product": event.leaf.body["product"],
            "kg": Decimal(event.leaf.body["kg"]),
            "origin": event.leaf.body["origin"],
            "issued_on": date.fromisoformat(event.leaf.body["date"]),
            "voided_on": day_of(voided[event.leaf.id]) if event.leaf.id in voided else None,
            "void_reason": voided[event.leaf.id].leaf.body["reason"] if event.leaf.id in voided else "",
        }
        for event in history
        if event.leaf.type == "certificate.issued"
    ]


def collections(history: Sequence[Recorded]) -> list[Row]:
    """Give a row for each time that a buyer collected a certificate of a lot."""
    return [
        {
            "id": UUID(event.leaf.id),
            "lot_id": entity_id(event),
            "certificate_id": UUID(event.leaf.body["certificate"]),
            "collector__public_id": UUID(event.leaf.actor.party),
            "collected_on": date.fromisoformat(event.leaf.body["date"]),
        }
        for event in history
        if event.leaf.type == "certificate.collected"
    ]


CERTIFICATES = Projection(
    model=Certificate,
    prefix="lot",
    columns=(
        "id",
        "lot_id",
        "issuer__public_id",
        "number",
        "form",
        "promise",
        "basis",
        "product",
        "kg",
        "origin",
        "issued_on",
        "voided_on",
        "void_reason",
    ),
    key=("id",),
    rows=certificates,
    entity_column="lot_id",
)
COLLECTIONS = Projection(
    model=CertificateCollection,
    prefix="lot",
    columns=("id", "lot_id", "certificate_id", "collector__public_id", "collected_on"),
    key=("id",),
    rows=collections,
    entity_column="lot_id",
)
