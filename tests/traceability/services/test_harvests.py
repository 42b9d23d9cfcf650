from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import Membership
from tests.factories import farm
from traceability.errors import InputError, NotYoursError
from traceability.models import Lot, Season
from traceability.queries import history
from traceability.services.harvests import Harvest, harvest_lot
from traceability.services.lots import LotFacts

GTIN = "06901234567892"
SPRAYING = {"product": "三环唑", "dose": {"value": "20", "unit": "g/mu"}, "target": "稻瘟病"}


def harvest(season: Season, *, by: Membership, days: int = 160, reason: str = "", **said: object) -> Lot:
    facts = {"kg": Decimal(1000), "product_form": "paddy", **said}
    made = farm.entry(farm.SPRING + timedelta(days=days))
    brought = Harvest(lot=LotFacts(**facts), interval_reason=reason)  # type: ignore[arg-type]
    return harvest_lot(season=season, entry=made, harvest=brought, membership=by, at=farm.NOW)


def refusal(season: Season, *, by: Membership, **said: object) -> tuple[str, str]:
    before = farm.footprint()
    with pytest.raises(InputError) as caught:
        harvest(season, by=by, **said)  # type: ignore[arg-type]
    assert farm.footprint() == before
    return caught.value.pointer, caught.value.rule


def test_a_harvest_makes_a_lot_that_rests_on_its_season(farmer: Membership) -> None:
    season = farm.make_season(farmer)

    lot = harvest(season, by=farmer, kg=Decimal("935.67"), moisture_percent=Decimal("14.5"))

    leaf, head = farm.say(lot.entity), history.of(season.entity)[-1]
    assert (lot.season, lot.crop, lot.product_form, lot.produced_on) == (season, "rice", "paddy", date(2026, 9, 27))
    assert (lot.kg, lot.moisture_percent) == (Decimal("935.670"), Decimal("14.50"))
    assert (lot.registrant, lot.custodian) == (farmer.organisation, farmer.organisation)
    assert [(one.entity, one.eseq, one.head) for one in leaf.inputs] == [(season.entity, 1, head.leaf_hash.hex())]
    assert head.leaf.body == {"date": "2026-09-27", "kg": "935.67", "lot": lot.entity}


def test_harvests_of_a_season_add_up(farmer: Membership) -> None:
    season = farm.make_season(farmer)

    harvest(season, by=farmer, kg=Decimal(1000))
    harvest(season, by=farmer, kg=Decimal("0.5"))

    season.refresh_from_db()
    assert season.harvested_kg == Decimal("1000.5")


def test_a_lot_without_a_gtin_is_named_under_our_own_domain(farmer: Membership) -> None:
    lot = harvest(farm.make_season(farmer), by=farmer)

    assert (lot.gtin, lot.code) == ("", f"20260927-{lot.pk.hex[:6].upper()}")
    assert lot.epc == f"https://trace.test.example/trace/{lot.pk}"


def test_a_lot_with_a_gtin_bears_its_digital_link(farmer: Membership) -> None:
    lot = harvest(farm.make_season(farmer), by=farmer, gtin=GTIN, code="PJ2026/1")

    assert (lot.gtin, lot.code) == (GTIN, "PJ2026/1")
    assert lot.epc == f"https://id.gs1.org/01/{GTIN}/10/PJ2026%2F1"


@pytest.mark.parametrize(
    ("said", "pointer", "rule"),
    [
        ({"kg": Decimal(0)}, "/body/kg", "not_positive"),
        ({"kg": Decimal(-5)}, "/body/kg", "not_positive"),
        ({"kg": Decimal("1.2345")}, "/body/kg", "too_many_places"),
        ({"kg": Decimal(10_000_001)}, "/body/kg", "above_maximum"),
        ({"code": "批次1"}, "/body/code", "wrong_format"),
        ({"code": "A#1"}, "/body/code", "wrong_format"),
        ({"code": "A" * 21}, "/body/code", "wrong_format"),
        ({"gtin": "06901234567891"}, "/body/gtin", "wrong_check_digit"),
        ({"gtin": "6901234567892"}, "/body/gtin", "wrong_format"),
        ({"moisture_percent": Decimal(101)}, "/body/moisture_percent", "above_maximum"),
        ({"days": 300}, "/time", "in_the_future"),
        ({"days": -1}, "/time", "too_early"),
    ],
)
def test_what_breaks_a_rule_is_named_and_leaves_nothing(
    farmer: Membership, said: dict[str, object], pointer: str, rule: str
) -> None:
    assert refusal(farm.make_season(farmer), by=farmer, **said) == (pointer, rule)


def test_a_code_is_taken_once_and_with_a_gtin_by_nobody_else(farmer: Membership, stranger: Membership) -> None:
    season, other = farm.make_season(farmer), farm.make_season(stranger)
    harvest(season, by=farmer, code="A1")
    harvest(season, by=farmer, code="A1", gtin=GTIN)

    assert harvest(other, by=stranger, code="A1").code == "A1"
    assert refusal(season, by=farmer, code="A1") == ("/code", "code_taken")
    assert refusal(other, by=stranger, code="A1", gtin=GTIN) == ("/code", "code_taken")


def test_a_harvest_inside_the_interval_needs_a_reason_and_says_so(farmer: Membership) -> None:
    season = farm.make_season(farmer)
    farm.log(season, "sprayed", by=farmer, days=150, phi_days=21, **SPRAYING)

    assert refusal(season, by=farmer, days=170) == ("/interval_reason", "inside_interval")
    early = harvest(season, by=farmer, days=170, reason="台风要来了")

    leaf = farm.say(early.entity)
    assert (leaf.body["inside_interval"], set(leaf.commit)) == (True, {"interval_reason"})
    assert farm.say(season.entity).body["inside_interval"] is True


def test_the_day_on_which_the_interval_ends_is_free(farmer: Membership) -> None:
    season = farm.make_season(farmer)
    farm.log(season, "sprayed", by=farmer, days=150, phi_days=21, **SPRAYING)

    lot = harvest(season, by=farmer, days=171, reason="不需要")

    leaf = farm.say(lot.entity)
    assert ("inside_interval" in leaf.body, leaf.commit) == (False, {})


def test_a_spraying_after_the_picking_is_no_concern_of_it(farmer: Membership) -> None:
    season = farm.make_season(farmer, crop="strawberry", variety="红颜")
    farm.log(season, "sprayed", by=farmer, days=170, phi_days=21, **SPRAYING)

    lot = harvest(season, by=farmer, days=165, product_form="fresh fruit")

    assert "inside_interval" not in farm.say(lot.entity).body


def test_the_same_entry_twice_makes_one_lot(farmer: Membership) -> None:
    season, entry = farm.make_season(farmer), farm.entry(farm.AUTUMN)
    brought = Harvest(lot=LotFacts(kg=Decimal(100), product_form="paddy"))

    lots = [harvest_lot(season=season, entry=entry, harvest=brought, membership=farmer, at=farm.NOW) for _ in range(2)]

    season.refresh_from_db()
    assert lots[0] == lots[1]
    assert (Lot.objects.count(), season.harvested_kg) == (1, Decimal(100))


def test_a_stranger_harvests_nothing(farmer: Membership, stranger: Membership) -> None:
    season = farm.make_season(farmer)

    with pytest.raises(NotYoursError):
        harvest(season, by=stranger)
