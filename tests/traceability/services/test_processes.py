from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Membership
from tests.factories import farm
from traceability.errors import InputError, NotYoursError
from traceability.models import Lot, LotLink
from traceability.queries import history
from traceability.services.entries import Entry
from traceability.services.lots import LotFacts
from traceability.services.processes import ByProduct, Input, Loss, Process, complete_process

RICE = LotFacts(kg=Decimal(650), product_form="milled rice", product_name="盘锦大米")


def milling(*lots: Lot, kg: str = "1000", **said: Any) -> Process:
    facts: dict[str, Any] = {
        "name": "milling",
        "inputs": [Input(lot=lot, kg=Decimal(kg)) for lot in lots],
        "outputs": [RICE],
        "balance_reason": "稻壳和米糠没有过磅",
        **said,
    }
    return Process(**facts)


def run(process: Process, *, by: Membership, entry: Entry | None = None) -> list[Lot]:
    made = entry or farm.entry(farm.AUTUMN + timedelta(days=7))
    return complete_process(entry=made, process=process, membership=by, at=farm.NOW)


def refusal(process: Process, *, by: Membership) -> tuple[str, str]:
    before = farm.footprint()
    with pytest.raises(InputError) as caught:
        run(process, by=by)
    assert farm.footprint() == before
    return caught.value.pointer, caught.value.rule


def test_what_comes_out_rests_on_the_process_and_that_on_what_went_in(farmer: Membership) -> None:
    lot, other = farm.make_lot(farmer), farm.make_lot(farmer)

    (rice,) = run(milling(lot, other, kg="400"), by=farmer)

    process = f"process:{farm.say(rice.entity).body['process']['entity'].partition(':')[2]}"
    completed = history.of(process)[0]
    assert [one.entity for one in completed.leaf.inputs] == sorted([lot.entity, other.entity])
    assert [one.head for one in farm.say(rice.entity).inputs] == [completed.leaf_hash.hex()]
    assert farm.say(lot.entity).inputs == ()
    assert farm.say(lot.entity).body == {
        "process": {"entity": process, "eseq": 0, "head": completed.leaf_hash.hex()},
        "kg": "400",
    }


def test_kilograms_leave_the_lots_that_go_in(farmer: Membership) -> None:
    lot = farm.make_lot(farmer, kg="1000")

    (rice,) = run(milling(lot, kg="999.999"), by=farmer)

    lot.refresh_from_db()
    assert (lot.kg, rice.kg) == (Decimal("0.001"), Decimal(650))
    assert (rice.crop, rice.registrant) == ("rice", farmer.organisation)


def test_every_lot_that_comes_out_is_linked_to_every_one_that_went_in(farmer: Membership) -> None:
    first, second = farm.make_lot(farmer), farm.make_lot(farmer)
    husk = ByProduct(name="稻壳", kg=Decimal(300), lot=LotFacts(kg=Decimal(300), product_form="husk"))
    bran = ByProduct(name="米糠", kg=Decimal(100))

    rice, husks = run(
        milling(first, second, by_products=[bran, husk], losses=[Loss(reason="dust", kg=Decimal(5))]), by=farmer
    )

    links = set(LotLink.objects.values_list("product", "source"))
    assert links == {(made.pk, used.pk) for made in (rice, husks) for used in (first, second)}


def test_lots_of_different_crops_make_one_without(farmer: Membership) -> None:
    rice, nuts = farm.make_lot(farmer), farm.make_lot(farmer, farm.make_season(farmer, crop="peanut", variety="小白沙"))

    (mixed,) = run(milling(rice, nuts), by=farmer)

    assert mixed.crop == ""


def test_more_than_there_is_cannot_go_in(farmer: Membership) -> None:
    lot = farm.make_lot(farmer, kg="1000")

    assert refusal(milling(lot, kg="1000.001"), by=farmer) == ("/inputs/0/kg", "more_than_there_is")


def test_what_was_used_once_is_gone(farmer: Membership) -> None:
    lot = farm.make_lot(farmer, kg="1000")
    run(milling(lot, kg="800"), by=farmer)

    assert refusal(milling(lot, kg="201"), by=farmer) == ("/inputs/0/kg", "more_than_there_is")


def test_more_cannot_come_out_than_went_in(farmer: Membership) -> None:
    lot = farm.make_lot(farmer, kg="1000")
    husk = ByProduct(name="稻壳", kg=Decimal(350))

    fine = milling(lot, by_products=[husk], losses=[Loss(reason="dust", kg=Decimal(5))])
    too_much = milling(lot, by_products=[husk], losses=[Loss(reason="dust", kg=Decimal("5.001"))])

    assert refusal(too_much, by=farmer) == ("/outputs", "more_out_than_in")
    assert len(run(fine, by=farmer)) == 1


def test_a_lot_goes_in_once(farmer: Membership) -> None:
    lot = farm.make_lot(farmer)

    assert refusal(milling(lot, lot, kg="100"), by=farmer) == ("/inputs/1/lot", "repeated_lot")


def test_nothing_is_made_before_what_it_is_made_of(farmer: Membership) -> None:
    lot = farm.make_lot(farmer)

    with pytest.raises(InputError) as caught:
        run(milling(lot), by=farmer, entry=farm.entry(farm.AUTUMN - timedelta(days=1)))

    assert (caught.value.pointer, caught.value.rule) == ("/time", "too_early")


def test_lots_in_anothers_hands_cannot_be_used(farmer: Membership, processor: Membership) -> None:
    mine, given = farm.make_lot(farmer), farm.make_lot(farmer)
    farm.give(given, by=farmer, to=processor)

    with pytest.raises(NotYoursError):
        run(milling(mine, given, kg="10"), by=farmer)
    with pytest.raises(NotYoursError):
        run(milling(mine, given, kg="10"), by=processor)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("said", "pointer", "rule"),
    [
        ({"outputs": []}, "/body/outputs", "too_few_items"),
        ({"inputs": []}, "/outputs", "more_out_than_in"),
        ({"name": "transforming"}, "/body/process", "not_in_list"),
        ({"outputs": [LotFacts(kg=Decimal(1), product_form="rice", code="批次")]}, "/body/code", "wrong_format"),
        ({"losses": [Loss(reason="magic", kg=Decimal(1))]}, "/body/losses/0/reason", "not_in_list"),
        ({"losses": [Loss(reason="dust", kg=Decimal(-1))]}, "/body/losses/0/kg", "not_positive"),
    ],
)
def test_what_breaks_a_rule_is_named_and_leaves_nothing(
    farmer: Membership, said: dict[str, Any], pointer: str, rule: str
) -> None:
    assert refusal(milling(farm.make_lot(farmer), **said), by=farmer) == (pointer, rule)


def test_the_same_entry_twice_is_one_run(farmer: Membership) -> None:
    lot, entry = farm.make_lot(farmer), farm.entry(farm.AUTUMN)

    runs = [
        run(
            milling(lot, kg="600", outputs=[LotFacts(kg=Decimal(400), product_form="milled rice")]),
            by=farmer,
            entry=entry,
        )
        for _ in range(2)
    ]

    lot.refresh_from_db()
    assert runs[0] == runs[1]
    assert lot.kg == 400


def test_what_dries_away_is_no_loss_and_needs_no_reason(farmer: Membership) -> None:
    dry = LotFacts(kg=Decimal(933), product_form="paddy", moisture_percent=Decimal("14.5"))
    drying = milling(
        farm.make_lot(farmer),
        name="drying",
        outputs=[dry],
        moisture_in_percent=Decimal("20.0"),
        moisture_out_percent=Decimal("14.5"),
        balance_reason="",
    )

    run(drying, by=farmer)

    assert (drying.balance.corrected, drying.balance.unexplained) == (Decimal("935.673"), Decimal("2.673"))


def test_what_is_missing_must_be_explained_and_is_marked(farmer: Membership) -> None:
    lot = farm.make_lot(farmer)

    assert refusal(milling(lot, balance_reason=""), by=farmer) == ("/balance_reason", "unexplained_loss")
    (rice,) = run(milling(lot), by=farmer)

    completed = history.of(farm.say(rice.entity).body["process"]["entity"])[0]
    assert completed.leaf.body["unexplained"] is True
    assert completed.private["balance_reason"] == "稻壳和米糠没有过磅"


def test_drier_grain_cannot_weigh_what_the_wet_one_weighed(farmer: Membership) -> None:
    dry = LotFacts(kg=Decimal(1000), product_form="paddy")
    drying = milling(
        farm.make_lot(farmer), outputs=[dry], moisture_in_percent=Decimal(20), moisture_out_percent=Decimal("14.5")
    )

    assert refusal(drying, by=farmer) == ("/outputs", "more_out_than_in")


@pytest.mark.parametrize(("percent", "rule"), [("100", "above_maximum"), ("-1", "below_minimum")])
def test_nothing_is_all_water(farmer: Membership, percent: str, rule: str) -> None:
    drying = milling(farm.make_lot(farmer), moisture_in_percent=Decimal(20), moisture_out_percent=Decimal(percent))

    assert refusal(drying, by=farmer) == ("/moisture_out_percent", rule)
