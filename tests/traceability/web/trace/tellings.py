"""Stories of a few events, put together without a database."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from traceability.ledger.leaf import Actor, ActorSignature, Leaf
from traceability.models import Lot
from traceability.projections.standing import Standing
from traceability.queries.history import Event
from traceability.queries.trace import Story

HOUSE = "0f8fad5b-d9cb-469f-a165-70867728950e"
MILL = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
LABORATORY = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
UNKNOWN = "6ba7b810-9dad-41d1-80b4-00c04fd430c8"
PARTIES = {
    HOUSE: Organisation(public_id=HOUSE, kind=OrganisationKind.HOUSEHOLD, name="王家"),
    MILL: Organisation(public_id=MILL, kind=OrganisationKind.PROCESSOR, name="盘锦米业"),
    LABORATORY: Organisation(public_id=LABORATORY, kind=OrganisationKind.LABORATORY, name="辽宁检测中心"),
}
LOT = UUID("5f0d2e1c-8a4b-4c3d-9e2f-1a0b3c4d5e6f")


def leaf(kind: str, body: Mapping[str, Any], *, entity: str = f"lot:{LOT}", eseq: int = 0, **said: Any) -> Leaf:
    actor = Actor(HOUSE, said.get("party", HOUSE), said.get("attested", "account"), said.get("on_behalf_of"))
    sig = ActorSignature("0" * 16, "A" * 86 + "==") if said.get("signed") else None
    return Leaf(
        log="trace.test.example/log1",
        id=str(UUID(int=eseq + 1)),
        type=kind,
        entity=entity,
        eseq=eseq,
        time="2026-10-09T02:00:00Z",
        actor=actor,
        body=body,
        sig=sig,
    )


def event(kind: str, body: Mapping[str, Any], **said: Any) -> Event:
    told = leaf(kind, body, **said)
    return Event(
        leaf=told, data=b"", leaf_hash=b"", index=None, recorded_at=datetime(2026, 10, 9, tzinfo=UTC), private={}
    )


def story(*events: Event, lots: Sequence[Lot] = ()) -> Story:
    named = {lot.entity: lot for lot in lots}
    return Story(
        lot=lots[0] if lots else Lot(pk=LOT),
        events=events,
        published={},
        descents=[],
        lots=named,
        plots={},
        parties=PARTIES,
    )


def standing(kind: str, body: Mapping[str, Any], **said: Any) -> Standing:
    return Standing(event(kind, body, **said), body, {})
