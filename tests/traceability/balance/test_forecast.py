from decimal import Decimal

from traceability.balance.forecast import Forecast, Harvest, forecast_of


def harvests(*given: tuple[str, str]) -> list[Harvest]:
    return [Harvest(Decimal(kg), Decimal(mu)) for kg, mu in given]


def test_a_field_is_expected_to_give_what_such_fields_gave_per_mu() -> None:
    told = harvests(("1200", "2"), ("500", "1"), ("1400", "2"))

    assert forecast_of(Decimal("10.5"), told) == Forecast(Decimal(5250), Decimal(6300), Decimal(7350), harvests=3)


def test_thirds_are_rounded_once_and_at_the_end() -> None:
    assert forecast_of(Decimal(3), harvests(("1000", "3"))) == Forecast(
        Decimal(1000), Decimal(1000), Decimal(1000), harvests=1
    )


def test_without_a_harvest_there_is_no_forecast() -> None:
    assert forecast_of(Decimal(10), []) is None
    assert forecast_of(Decimal(10), harvests(("100", "0"))) is None
