"""How many statements a mill's machine takes from the field to the bag, whatever its past."""

from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Membership
from tests.factories import farm
from tests.factories.api import Machine
from tests.statements import statements
from traceability.services import chain_rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys", "autumn")]


@pytest.mark.parametrize("past", [0, 2])
def test_a_mill_takes_the_same_whatever_it_did_before(
    farmer: Membership, processor: Membership, past: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain_rows._Backlog, "seconds", 0.0)
    machines = Machine(farmer), Machine(processor)
    season = str(farm.make_season(farmer).pk)
    counts = [_round(*machines, season=season, party=str(processor.organisation.public_id)) for _ in range(past + 1)]

    assert counts[-1] == {"harvest": 28, "shipment": 31, "acceptance": 29, "process": 45}


def _round(grower: Machine, mill: Machine, *, season: str, party: str) -> dict[str, int]:
    """Harvest, ship, take in and mill one lot; count the statements of each."""
    answers: list[Any] = []

    def post(machine: Machine, path: str, **sent: Any) -> int:
        def act() -> Any:
            answers.append(machine.post(path, id=str(uuid4()), time=farm.NOW.isoformat(), **sent))
            return answers[-1]

        return statements(act, status=201)

    found = {"harvest": post(grower, "harvests", season=season, kg="900")}
    lot = answers[-1].json()["id"]
    found["shipment"] = post(grower, "shipments", lot=lot, to=party)
    found["acceptance"] = post(mill, f"shipments/{answers[-1].json()['id']}/acceptance", net_kg="900")
    made = {"kg": "585", "product_form": "milled rice", "product_name": "大米"}
    found["process"] = post(
        mill,
        "processes",
        process="milling",
        inputs=[{"lot": lot, "kg": "900"}],
        outputs=[made],
        balance_reason="稻壳和米糠没有过磅",
    )
    return found
