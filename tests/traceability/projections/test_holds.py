from datetime import UTC, datetime
from uuid import UUID

from tests.traceability.projections.histories import ENTITY_ID, PARTY, Said, said
from tests.traceability.projections.test_lots import harvested, row
from traceability.projections import holds

MOMENT = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)


def placed(eseq: int, reason: str = "suspicion") -> Said:
    return said("lot.held", eseq=eseq, reason=reason)


def released(hold: Said, eseq: int) -> Said:
    return said("lot.released", eseq=eseq, hold=hold.leaf.id, reason="cleared")


def test_a_lot_is_free_when_each_of_its_holds_is_released() -> None:
    first, second = placed(1), placed(2, "recall")
    history = [harvested(), first, second, released(first, 3), released(second, 4)]

    assert [row(*history[:end])["held"] for end in range(1, 6)] == [False, True, True, True, False]


def test_a_release_ends_no_hold_but_its_own() -> None:
    first, second = placed(1), placed(3)

    assert row(harvested(), first, released(first, 2), second)["held"] is True


def test_each_hold_has_a_row_that_knows_its_release() -> None:
    first, second = placed(1), placed(2, "recall")

    found = holds.rows([harvested(), first, second, released(first, 3)])

    assert found == [
        {
            "id": UUID(one.leaf.id),
            "lot_id": ENTITY_ID,
            "reason": reason,
            "party__public_id": PARTY,
            "held_at": MOMENT,
            "released_at": released_at,
        }
        for one, reason, released_at in [(first, "suspicion", MOMENT), (second, "recall", None)]
    ]
