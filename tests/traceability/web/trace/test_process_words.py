from typing import Any

import pytest
from django.utils import translation

from tests.traceability.web.trace.tellings import standing
from traceability.web.trace.process_words import process_details


def tell(**body: Any) -> tuple[str, ...]:
    parts = {"inputs": [{"lot": "lot:a", "kg": "1000"}], "outputs": [{"lot": "lot:b", "kg": "900"}]}
    with translation.override("en"):
        return process_details(
            standing("process.completed", {"date": "2026-10-09", "process": "drying", **parts, **body})
        )


def test_water_that_was_dried_off_is_no_loss() -> None:
    told = tell(moisture_in_percent="20.0", moisture_out_percent="14.5")

    assert told == ("from 1 t", "moisture 20 % → 14.5 %: 64 kg of water left it, which is no loss")


def test_water_that_was_only_declared_is_no_loss_either() -> None:
    told = tell(losses=[{"reason": "moisture", "kg": "64"}])

    assert told == ("from 1 t", "64 kg of water left it, which is no loss")


@pytest.mark.parametrize(
    ("moistures", "loss"),
    [({}, "loss 20 kg (2 %)"), ({"moisture_in_percent": "20", "moisture_out_percent": "14.5"}, "loss 20 kg (2.1 %)")],
)
def test_loss_is_told_as_a_share_of_the_dry_weight(moistures: dict[str, str], loss: str) -> None:
    assert tell(losses=[{"reason": "spillage", "kg": "20"}], **moistures)[-1] == loss


def test_a_lot_that_came_out_wetter_lost_no_water() -> None:
    assert tell(moisture_in_percent="14", moisture_out_percent="16") == ("from 1 t",)


def test_by_products_are_named() -> None:
    assert (
        tell(by_products=[{"name": "husk", "kg": "20"}, {"name": "bran", "kg": "10"}])[-1] == "by-products husk, bran"
    )
