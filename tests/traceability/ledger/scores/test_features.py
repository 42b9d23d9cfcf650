import random
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from benchmarks.scores_made import AS_OF, FARMER, PROCESSOR, RELATIVE, SHOP, Book, make_lot, make_promise
from tests.traceability.ledger.scores.grounds import expert, farm
from traceability.ledger.scores import Features, InputError, Told, features_of, judge

SEED = bytes(32)
GAMERS = range(8)


def reckoned(told: list[Told]) -> Features:
    return features_of(told, subject=FARMER, as_of=AS_OF, parties=farm().parties, yields=expert().yields)


def outcome(book: Book) -> tuple[str, int]:
    """Give whether there is a number, and the number or 0."""
    judged = judge(expert(), book.features(expert()), seed=SEED)
    return judged.outcome, judged.scored.score if judged.scored else 0


def of_type(book: Book, name: str) -> list[str]:
    return [one.leaf.entity for one in book.entries if one.leaf.type == name]


def test_neither_order_nor_zone_nor_pages_change_a_figure() -> None:
    told = farm(3).told()
    shuffled = random.Random(5).sample(told, len(told))  # noqa: S311 - nothing secret hangs on it
    china = [replace(one, received=one.received.astimezone(timezone(timedelta(hours=8)))) for one in shuffled]

    assert reckoned(china) == reckoned(told)


def test_a_record_that_comes_twice_is_refused() -> None:
    told = farm().told()

    with pytest.raises(InputError, match="comes twice"):
        reckoned([*told, told[0]])


def test_a_record_of_the_future_is_refused() -> None:
    book = farm()
    book.tell("growth.sown", of_type(book, "season.opened")[0], AS_OF, lag=-timedelta(days=1))

    with pytest.raises(InputError, match="tells of the future"):
        book.features(expert())


@pytest.mark.parametrize("area", ["-3", "0", "NaN", "Infinity", ""])
def test_an_area_that_is_none_is_refused(area: str) -> None:
    with pytest.raises(InputError):
        _with_area(area).features(expert())


def _with_area(area: str) -> Book:
    book = farm()
    for place, one in enumerate(book.entries):
        if one.leaf.type == "season.opened":
            book.entries[place] = replace(one, leaf=replace(one.leaf, body={**one.leaf.body, "area_mu": area}))
    return book


def test_a_harvest_that_cannot_be_is_for_a_person_to_look_at() -> None:
    book = farm()
    season = of_type(book, "season.opened")[0]
    make_lot(book, season, AS_OF - timedelta(days=30), kg="900000")

    judged = judge(expert(), book.features(expert()), seed=SEED)

    assert (judged.outcome, judged.gate, judged.scored) == ("refer", ("implausible",), None)


@pytest.mark.parametrize("seed", GAMERS)
def test_splitting_an_event_into_ten_raises_nothing(seed: int) -> None:
    book, split = farm(seed), farm(seed)
    for one in list(split.entries):
        if one.leaf.type in {"growth.irrigated", "test.reported", "lot.received", "allocation.delivered"}:
            for part in range(9):
                twin = replace(one.leaf, id=split.new_id())
                split.entries.append(replace(one, leaf=twin, received=one.received + timedelta(seconds=part + 1)))

    assert outcome(split)[1] <= outcome(book)[1]


@pytest.mark.parametrize("seed", GAMERS)
def test_logging_trivia_raises_nothing(seed: int) -> None:
    book, busy = farm(seed), farm(seed)
    for season in of_type(busy, "season.opened"):
        for day in range(150):
            at = AS_OF - timedelta(days=200 - day)
            busy.tell("growth.tended", season, at, body={"operation": "weeding"}, signed=True)
            busy.tell("growth.photographed", season, at, signed=True)
            busy.tell("growth.observed", season, at)

    assert outcome(busy) == outcome(book)


@pytest.mark.parametrize("seed", GAMERS)
def test_dating_back_raises_nothing(seed: int) -> None:
    book, older = farm(seed), farm(seed)
    season = of_type(older, "season.opened")[0]
    for day in range(120):
        at = AS_OF - timedelta(days=900 - day)
        older.tell("growth.irrigated", season, at, lag=AS_OF - at - timedelta(hours=1), signed=True)

    assert outcome(older)[1] <= outcome(book)[1]


@pytest.mark.parametrize("seed", GAMERS)
def test_inspecting_oneself_raises_nothing(seed: int) -> None:
    book, own = farm(seed), farm(seed)
    for lot in of_type(own, "lot.harvested"):
        body = {"laboratory": FARMER, "conclusion": "conforming"}
        own.tell("test.reported", lot, AS_OF - timedelta(days=5), body=body)

    assert outcome(own) == outcome(book)


@pytest.mark.parametrize("seed", GAMERS)
def test_swapping_lots_between_relatives_raises_nothing(seed: int) -> None:
    book, swapped = farm(seed), farm(seed)
    for lot in of_type(swapped, "lot.harvested"):
        swapped.tell("lot.handed_over", lot, AS_OF - timedelta(days=4), body={"to": RELATIVE})
        swapped.tell("lot.received", lot, AS_OF - timedelta(days=3), by=RELATIVE, body={"kg": "4000"})

    assert outcome(swapped) == outcome(book)


@pytest.mark.parametrize("seed", GAMERS)
def test_orders_that_go_round_raise_nothing(seed: int) -> None:
    book, round_trip = farm(seed), farm(seed)
    plot = of_type(round_trip, "plot.registered")[0]
    round_trip.parties[RELATIVE] = "COOPERATIVE"
    round_trip.tell(
        "lot.handed_over", round_trip.new("lot"), AS_OF - timedelta(days=9), by=RELATIVE, body={"to": FARMER}
    )
    for number in range(12):
        start = AS_OF - timedelta(days=40 + 20 * number)
        make_promise(round_trip, plot, start, kg="9000", delivered_after=1, shop=RELATIVE)
    make_promise(round_trip, plot, AS_OF + timedelta(days=20), kg="90000", delivered_after=None, shop=RELATIVE)

    after = outcome(round_trip)

    assert after[1] <= outcome(book)[1]
    assert after[0] == "refer"


@pytest.mark.parametrize("seed", GAMERS)
def test_a_small_farm_stands_at_most_twelve_points_below_a_large_one(seed: int) -> None:
    small, large = outcome(farm(seed, mu="3.00")), outcome(farm(seed, mu="30.00"))

    assert abs(large[1] - small[1]) <= 12


@pytest.mark.parametrize("kept", [0, 5, 19])
def test_no_thin_file_gets_a_number(kept: int) -> None:
    book = farm()
    attesting = [one for one in book.entries if one.leaf.actor.party in {SHOP, PROCESSOR} or one.leaf.sig is not None]
    dropped = {one.leaf.id for one in attesting[kept:]}
    dropped |= {one.leaf.id for one in book.entries if one.leaf.type == "test.reported"}
    book.entries = [one for one in book.entries if one.leaf.id not in dropped or one.leaf.type == "key.add"]

    judged = judge(expert(), book.features(expert()), seed=SEED)

    assert judged.scored is None
    assert judged.outcome == "insufficient_data"


def test_late_and_corrected_records_are_for_a_person_to_look_at() -> None:
    book = farm()
    for place, one in enumerate(book.entries):
        if one.leaf.type == "growth.irrigated" and place % 3 == 0:
            book.entries[place] = replace(one, received=one.received + timedelta(days=5))

    judged = judge(expert(), book.features(expert()), seed=SEED)

    assert (judged.outcome, judged.gate) == ("refer", ("data_integrity",))


def test_a_corrected_harvest_counts_as_corrected() -> None:
    book = farm()
    lot = next(one for one in book.entries if one.leaf.type == "lot.harvested")
    body = {"corrects": {"id": lot.leaf.id, "eseq": 0, "type": "lot.harvested"}, "changes": {"kg": "900000"}}
    book.tell("lot.corrected", lot.leaf.entity, lot.received + timedelta(days=30), body=body)

    assert book.features(expert()).figures["implausible"].number
    early = book.features(expert(), as_of=lot.received + timedelta(days=20))
    assert early.figures["implausible"].number == 0
