from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.genealogy.test_walks import BOX, HOUR, NOON, PALLET, A, B, C, D, step
from tests.traceability.genealogy.worlds import world
from traceability.genealogy import Graph, Holding, at_most, at_most_in_package

KG = Decimal


def test_a_blend_holds_at_most_what_went_into_it() -> None:
    graph = Graph([step({A: 300, B: 700}, {C: 990}), step({C: 200}, {D: 200})], masses={A: KG(1000), B: KG(700)})

    assert at_most(graph, A) == {A: 1000, C: 300, D: 200}


def test_the_parts_of_a_split_count_as_the_parts_and_not_as_the_whole() -> None:
    graph = Graph([step({A: 1000}, {B: 600, C: 400}), step({B: 50}, {D: 49})], masses={A: KG(1000)})

    assert at_most(graph, A) == {A: 1000, B: 600, C: 400, D: 49}


def test_what_comes_together_again_is_no_more_than_there_was() -> None:
    graph = Graph(
        [step({A: 100, D: 100}, {B: 100, C: 100}), step({B: 100, C: 100}, {BOX: 200})], masses={A: KG(100), D: KG(100)}
    )

    assert at_most(graph, A)[BOX] == 100


def test_a_circle_holds_what_came_into_it_and_does_not_count_it_again() -> None:
    rework = [step({A: 10, C: 40}, {B: 50}), step({B: 50}, {C: 50}), step({C: 10}, {D: 10})]
    graph = Graph([*rework, step({BOX: 500}, {C: 500})], masses={A: KG(1000), BOX: KG(500)})

    assert at_most(graph, A) == {A: 1000, B: 10, C: 10, D: 10}


def test_what_nobody_weighed_bounds_nothing() -> None:
    graph = Graph([step({A: None}, {B: 80}), step({A: None}, {C: None})])

    assert at_most(graph, A) == {A: None, B: 80, C: None}


def test_a_lot_weighs_no_less_than_was_taken_of_it() -> None:
    graph = Graph([step({A: 120}, {B: 120})], masses={A: KG(100)})

    assert at_most(graph, A) == {A: 120, B: 120}


def test_water_is_not_of_the_lot() -> None:
    graph = Graph([step({A: 100}, {B: 104})], masses={A: KG(100)})

    assert at_most(graph, A)[B] == 100


def test_a_package_holds_at_most_what_its_contents_do() -> None:
    held = [
        Holding(BOX, C, KG(100), NOON, NOON + HOUR),
        Holding(BOX, B, KG(100), NOON),
        Holding(PALLET, BOX, None, NOON),
    ]
    graph = Graph([step({A: 30, B: 700}, {C: 700})], held, {A: KG(30), B: KG(900)})
    bounds = at_most(graph, A)

    assert at_most_in_package(graph, bounds, BOX, at=NOON) == 30
    assert at_most_in_package(graph, bounds, PALLET, at=NOON) == 30
    assert at_most_in_package(graph, bounds, PALLET, at=NOON + HOUR) == 0


@given(st.integers(min_value=0, max_value=2**32))
def test_the_bound_lies_between_any_mixture_and_the_weight(seed: int) -> None:
    made = world(seed)
    graph = made.graph()
    source = made.chance.choice(sorted(made.began))

    bounds = at_most(graph, source)

    for lot, bound in bounds.items():
        assert bound is not None
        assert bound <= made.began[source]
        assert bound <= (graph.mass(lot) or 0)
    for lot, peak in made.proportional_peaks(source).items():
        assert (bounds.get(lot) or 0) >= peak
    for _ in range(5):
        for lot, worst in made.any_peaks(source).items():
            assert (bounds.get(lot) or 0) >= worst


@pytest.mark.parametrize("seed", range(50))
def test_what_is_not_made_of_a_lot_holds_nothing_of_it(seed: int) -> None:
    made = world(seed)
    source = made.chance.choice(sorted(made.began))

    assert set(at_most(made.graph(), source)) == made.closure(source, forward=True)
