from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.traceability.ledger.witness import histories
from traceability.ledger.witness import Witness


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Witness]:
    """A witness of the log that has seen nothing yet."""
    made, store = histories.witness(tmp_path / "store")
    yield made
    store.close()
