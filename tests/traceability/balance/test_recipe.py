from decimal import Decimal

import pytest

from traceability.balance import YieldRange, YieldVerdict


@pytest.mark.parametrize(
    ("percent", "verdict"),
    [
        ("65.99", YieldVerdict.BELOW),
        ("66", YieldVerdict.WITHIN),
        ("70", YieldVerdict.WITHIN),
        ("70.01", YieldVerdict.ABOVE),
    ],
)
def test_a_yield_is_judged_by_the_range_of_its_recipe(percent: str, verdict: YieldVerdict) -> None:
    assert YieldRange(Decimal(66), Decimal(70)).judge(Decimal(percent)) is verdict
