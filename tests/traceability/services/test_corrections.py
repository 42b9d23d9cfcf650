from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.models import Membership
from tests.factories import farm
from tests.factories.epcis import send
from tests.traceability.epcis.samples import amount, milling, packing
from traceability.errors import InputError, NotYoursError
from traceability.models import Lot, Season
from traceability.projections.standing import Standing
from traceability.queries.records import find
from traceability.services.correction_rules import Correction
from traceability.services.corrections import correct
from traceability.services.entries import Entry
from traceability.services.stores import Count, count

SPRAYING: dict[str, Any] = {
    "product": "三环唑",
    "dose": {"value": "20", "unit": "g/mu"},
    "target": "稻瘟病",
    "phi_days": 21,
}


def put_right(record: UUID, *, by: Membership, entry: Entry | None = None, **said: Any) -> Standing:
    correction = Correction(record_id=record, reason=said.pop("reason", "typing_error"), **said)
    return correct(correction=correction, entry=entry or farm.entry(farm.AUTUMN), membership=by, at=farm.NOW)


def refusal(record: UUID, *, by: Membership, **said: Any) -> tuple[str, str]:
    before = farm.footprint()
    with pytest.raises(InputError) as caught:
        put_right(record, by=by, **said)
    assert farm.footprint() == before
    return caught.value.pointer, caught.value.rule


def harvest_of(lot: Lot) -> UUID:
    assert lot.season
    return UUID(farm.say(lot.season.entity).id)


def test_what_was_said_first_stays_and_the_season_follows_the_correction(farmer: Membership) -> None:
    season = farm.make_season(farmer)
    record = farm.log(season, "sprayed", by=farmer, days=80, **SPRAYING)

    stands = put_right(record, by=farmer, changes={"phi_days": 30}, explanation="看错了标签")

    season.refresh_from_db()
    first, leaf = farm.say(season.entity, number=1), farm.say(season.entity)
    assert (first.body["phi_days"], stands.body["phi_days"]) == (21, 30)
    assert season.harvest_allowed_from == date(2026, 8, 8)
    assert (leaf.type, leaf.body["corrects"]) == (
        "growth.corrected",
        {"id": str(record), "eseq": 1, "type": "growth.sprayed"},
    )
    assert set(leaf.commit) == {"explanation"}


def test_what_did_not_happen_is_withdrawn(farmer: Membership) -> None:
    season = farm.make_season(farmer)
    record = farm.log(season, "sprayed", by=farmer, **SPRAYING)

    stands = put_right(record, by=farmer, reason="did_not_occur", withdrawn=True)

    season.refresh_from_db()
    assert (stands.withdrawn, season.harvest_allowed_from) == (True, None)


def test_a_correction_is_corrected_by_another_one(farmer: Membership) -> None:
    season = farm.make_season(farmer)
    record = farm.log(season, "observed", by=farmer, stage="30")

    put_right(record, by=farmer, changes={"stage": "65"})
    stands = put_right(record, by=farmer, changes={"stage": "69"})

    season.refresh_from_db()
    assert (stands.body["stage"], len(stands.corrections), season.stage) == ("69", 2, "69")


def test_a_harvest_is_corrected_on_its_season_and_on_its_lot(farmer: Membership) -> None:
    lot = farm.make_lot(farmer, kg="1000")

    put_right(harvest_of(lot), by=farmer, changes={"kg": "999", "date": "2026-09-27"})

    lot.refresh_from_db()
    assert lot.season
    assert (lot.kg, lot.produced_on, lot.season.harvested_kg) == (Decimal(999), date(2026, 9, 27), Decimal(999))


def test_what_only_the_lot_says_is_corrected_on_the_lot(farmer: Membership) -> None:
    lot = farm.make_lot(farmer)
    record = UUID(farm.say(lot.entity).id)

    put_right(record, by=farmer, changes={"product_name": "新米稻谷"})

    lot.refresh_from_db()
    assert lot.season
    assert (lot.product_name, farm.say(lot.season.entity).type) == ("新米稻谷", "season.harvested")


def test_a_withdrawn_harvest_leaves_an_empty_lot(farmer: Membership) -> None:
    lot = farm.make_lot(farmer)

    put_right(harvest_of(lot), by=farmer, reason="did_not_occur", withdrawn=True)

    lot.refresh_from_db()
    assert lot.season
    assert (lot.kg, lot.season.harvested_kg) == (Decimal(0), Decimal(0))


@pytest.mark.django_db(transaction=True)
def test_a_lot_cannot_have_been_less_than_was_used_of_it(farmer: Membership) -> None:
    lot = farm.make_lot(farmer, kg="1000")
    farm.make_milled(farmer, lot, use="800")

    assert refusal(harvest_of(lot), by=farmer, changes={"kg": "799"}) == ("/changes/kg", "already_used")
    assert refusal(harvest_of(lot), by=farmer, withdrawn=True) == ("", "already_used")
    put_right(harvest_of(lot), by=farmer, changes={"kg": "800"})
    lot.refresh_from_db()
    assert lot.kg == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("of_the_season", [True, False])
def test_the_quantity_of_what_is_anothers_stays(farmer: Membership, stranger: Membership, of_the_season: bool) -> None:  # noqa: FBT001
    lot = farm.make_lot(farmer, kg="1000")
    record = harvest_of(lot) if of_the_season else UUID(farm.say(lot.entity).id)
    farm.give(lot, by=farmer, to=stranger)

    for said, pointer in (
        ({"changes": {"kg": "1"}}, "/changes/kg"),
        ({"changes": {"kg": "2000"}}, "/changes/kg"),
        ({"changes": {"typed": {"value": "1", "unit": "kg"}}}, "/changes/typed"),
        ({"withdrawn": True}, ""),
    ):
        assert refusal(record, by=farmer, **said) == (pointer, "not_in_your_hands")
    lot.refresh_from_db()
    assert lot.kg == Decimal(1000)


@pytest.mark.django_db(transaction=True)
def test_what_is_held_is_neither_withdrawn_nor_made_less(farmer: Membership) -> None:
    lot = farm.make_lot(farmer)
    found = farm.hold(lot, by=farmer)

    assert refusal(harvest_of(lot), by=farmer, withdrawn=True) == ("", "lot_held")
    assert refusal(harvest_of(lot), by=farmer, changes={"kg": "1"}) == ("", "lot_held")
    farm.release(found, by=farmer)
    put_right(harvest_of(lot), by=farmer, changes={"kg": "990"})


@pytest.mark.django_db(transaction=True)
def test_what_was_tested_or_recalled_is_not_withdrawn(farmer: Membership, laboratory: Membership) -> None:
    tested, recalled = farm.make_lot(farmer), farm.make_lot(farmer)
    farm.report(farm.make_sample(tested, by=farmer, laboratory=laboratory), by=laboratory)
    farm.recall(recalled, by=farmer)
    for found in recalled.holds.filter(released_at=None):
        farm.release(found, by=farmer)

    for lot in (tested, recalled):
        assert refusal(harvest_of(lot), by=farmer, withdrawn=True) == ("", "judged_since")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("log_keys")
def test_what_an_epcis_event_used_or_packed_is_not_withdrawn_until_that_is_declared_wrong(farmer: Membership) -> None:
    for event, role in ((milling, "inputQuantityList"), (packing, "childQuantityList")):
        lot = farm.make_lot(farmer)
        said = event(eventID=f"urn:x:{role}", **{role: [amount(lot.epc, 10)]})
        assert send(farmer, said).errors == []

        assert refusal(harvest_of(lot), by=farmer, withdrawn=True) == ("", "already_used")
        wrong = {"declarationTime": "2026-09-29T08:00:00+08:00", "reason": "incorrect_data"}
        assert send(farmer, {**said, "errorDeclaration": wrong}).errors == []
        put_right(harvest_of(lot), by=farmer, withdrawn=True)


@pytest.mark.django_db(transaction=True)
def test_what_was_counted_since_is_counted_again_and_not_corrected(farmer: Membership) -> None:
    lot = farm.make_lot(farmer)
    counted = Count(kg=Decimal(100), reason="pests")
    count(lot=lot, counted=counted, entry=farm.entry(farm.AUTUMN), membership=farmer, at=farm.NOW)

    assert refusal(harvest_of(lot), by=farmer, changes={"kg": "2000"}) == ("/changes/kg", "weighed_since")


def test_what_came_back_is_corrected_again(farmer: Membership, stranger: Membership) -> None:
    lot = farm.make_lot(farmer, kg="1000")
    farm.give(lot, by=farmer, to=stranger)
    farm.give(lot, by=stranger, to=farmer)

    put_right(harvest_of(lot), by=farmer, changes={"kg": "990"})

    lot.refresh_from_db()
    assert lot.kg == Decimal(990)


def test_the_name_of_what_is_anothers_is_still_corrected(farmer: Membership, stranger: Membership) -> None:
    lot = farm.make_lot(farmer)
    record = UUID(farm.say(lot.entity).id)
    farm.give(lot, by=farmer, to=stranger)

    assert put_right(record, by=farmer, changes={"product_name": "新米稻谷"}).body["product_name"] == "新米稻谷"


def test_a_correction_that_comes_again_after_the_lot_was_handed_over_is_the_same_one(
    farmer: Membership, stranger: Membership
) -> None:
    lot, entry = farm.make_lot(farmer, kg="1000"), farm.entry(farm.AUTUMN)
    record = harvest_of(lot)
    put_right(record, by=farmer, entry=entry, changes={"kg": "990"})
    farm.give(lot, by=farmer, to=stranger)

    assert put_right(record, by=farmer, entry=entry, changes={"kg": "990"}).body["kg"] == "990"


@pytest.mark.django_db(transaction=True)
def test_a_day_stays_inside_the_season_and_behind_today(farmer: Membership) -> None:
    season = farm.make_season(farmer)
    record = farm.log(season, "irrigated", by=farmer)

    assert refusal(record, by=farmer, changes={"date": "2026-04-19"}) == ("/changes/date", "too_early")
    assert refusal(record, by=farmer, changes={"date": "2026-11-23"}) == ("/changes/date", "in_the_future")
    assert refusal(record, by=farmer, changes={"date": "2026-02-30"}) == ("/body/changes/date", "not_a_date")


@pytest.mark.django_db(transaction=True)
def test_a_harvest_is_not_moved_into_an_interval(farmer: Membership) -> None:
    season = farm.make_season(farmer)
    farm.log(season, "sprayed", by=farmer, days=140, **SPRAYING)
    lot = farm.make_lot(farmer, season)

    assert refusal(harvest_of(lot), by=farmer, changes={"date": "2026-09-27"}) == ("/changes/date", "inside_interval")


@pytest.mark.django_db(transaction=True)
def test_a_season_in_use_is_not_withdrawn(farmer: Membership) -> None:
    season = farm.make_season(farmer)
    record = farm.log(season, "irrigated", by=farmer)

    assert refusal(season.pk, by=farmer, withdrawn=True) == ("", "season_in_use")
    put_right(record, by=farmer, withdrawn=True)
    put_right(season.pk, by=farmer, withdrawn=True)

    assert not Season.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_sample_is_withdrawn_until_it_is_reported_on(farmer: Membership, laboratory: Membership) -> None:
    lot = farm.make_lot(farmer)
    first = farm.make_sample(lot, by=farmer, laboratory=laboratory, number="S-1")
    second = farm.make_sample(lot, by=farmer, laboratory=laboratory, number="S-2")
    farm.report(first, by=laboratory)

    assert refusal(first.pk, by=farmer, withdrawn=True) == ("", "already_reported")
    put_right(second.pk, by=farmer, withdrawn=True)

    assert [one.number for one in lot.samples.all()] == ["S-1"]


def test_a_laboratory_corrects_its_own_report(farmer: Membership, laboratory: Membership) -> None:
    sample = farm.make_sample(farm.make_lot(farmer), by=farmer, laboratory=laboratory)
    record = farm.report(sample, by=laboratory)
    results = [{"analyte": "cadmium", "value": "0.16", "unit": "mg/kg"}]

    stands = put_right(record, by=laboratory, changes={"results": results})

    assert stands.body["results"] == results
    with pytest.raises(NotYoursError):
        put_right(record, by=farmer, changes={"results": results})


@pytest.mark.parametrize(
    ("said", "pointer", "rule"),
    [
        ({"changes": {"measured_mu": "99"}}, "/changes/measured_mu", "fixed_member"),
        ({"private": {"boundary": {}}}, "/changes/boundary", "fixed_member"),
        ({"changes": {"holder": str(uuid4())}}, "/body/changes/holder", "fixed_member"),
        ({"withdrawn": True}, "", "cannot_correct"),
        ({"changes": {"declared_mu": "-1"}}, "/body/changes/declared_mu", "not_positive"),
        ({"changes": {"colour": "red"}}, "/body/changes/colour", "unknown_member"),
        ({"changes": {"number": "B"}, "reason": "because"}, "/body/reason", "not_in_list"),
    ],
)
def test_what_no_correction_may_do_to_a_plot(farmer: Membership, said: dict[str, Any], pointer: str, rule: str) -> None:
    plot = farm.make_plot(farmer)

    assert refusal(plot.pk, by=farmer, **said) == (pointer, rule)


def test_nobody_puts_words_into_another_laboratorys_mouth(farmer: Membership, laboratory: Membership) -> None:
    sample = farm.make_sample(farm.make_lot(farmer), by=farmer, laboratory=laboratory)
    record = farm.report(sample, by=laboratory)

    for said, member in ((sample.pk, farmer), (record, laboratory)):
        changes = {"laboratory": str(farmer.organisation.public_id)}
        assert refusal(said, by=member, changes=changes) == ("/changes/laboratory", "fixed_member")


def test_one_lot_of_a_balance_is_not_corrected_alone(farmer: Membership) -> None:
    lot = farm.make_lot(farmer)
    rice = farm.make_milled(farmer, lot)
    used, made = UUID(farm.say(lot.entity).id), UUID(farm.say(rice.entity).id)

    assert refusal(used, by=farmer, changes={"kg": "1"}) == ("", "cannot_correct")
    assert refusal(made, by=farmer, changes={"kg": "1"}) == ("", "cannot_correct")
    assert refusal(made, by=farmer, withdrawn=True) == ("", "cannot_correct")
    assert refusal(made, by=farmer, changes={"code": "B"}) == ("/changes/code", "fixed_member")
    assert put_right(made, by=farmer, changes={"product_name": "香米"}).body["product_name"] == "香米"


def test_what_was_withdrawn_stays_so(farmer: Membership) -> None:
    record = farm.log(farm.make_season(farmer), "irrigated", by=farmer)
    put_right(record, by=farmer, withdrawn=True)

    assert refusal(record, by=farmer, changes={"water_m3": "30"}) == ("", "already_withdrawn")


def test_the_same_entry_twice_is_one_correction(farmer: Membership) -> None:
    season, entry = farm.make_season(farmer), farm.entry(farm.AUTUMN)
    record = farm.log(season, "irrigated", by=farmer)

    for _ in range(2):
        put_right(record, by=farmer, entry=entry, withdrawn=True)

    assert farm.say(season.entity).eseq == 2


def test_a_corrections_own_time_is_checked(farmer: Membership) -> None:
    record = farm.log(farm.make_season(farmer), "irrigated", by=farmer)
    ahead = farm.entry(farm.NOW + timedelta(hours=1))

    assert refusal(record, by=farmer, entry=ahead, withdrawn=True) == ("/time", "in_the_future")


def test_records_of_others_and_none_are_alike(farmer: Membership, viewer: Membership, stranger: Membership) -> None:
    record = farm.log(farm.make_season(farmer), "irrigated", by=farmer)

    for member, unknown in ((stranger, record), (farmer, uuid4())):
        with pytest.raises(NotYoursError):
            put_right(unknown, by=member, withdrawn=True)
    assert refusal(record, by=viewer, withdrawn=True) == ("", "viewer_cannot_write")
    stands = find(record)
    assert stands
    assert stands.withdrawn is False
