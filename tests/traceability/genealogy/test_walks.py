from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from tests.traceability.genealogy.worlds import World, world
from traceability.genealogy import Graph, Holding, Packing, Part, Reached, Step, holdings, trace_back, trace_forward

NOON = datetime(2026, 10, 1, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
A, B, C, D, BOX, PALLET = (UUID(int=number) for number in range(1, 7))


def step(inputs: dict[UUID, int | None], outputs: dict[UUID, int | None], at: datetime | None = NOON) -> Step:
    return Step(UUID(int=99), parts(inputs), parts(outputs), at)


def parts(amounts: dict[UUID, int | None]) -> tuple[Part, ...]:
    return tuple(Part(item, None if kg is None else Decimal(kg)) for item, kg in amounts.items())


def items(found: list[Reached]) -> list[UUID]:
    return [one.item for one in found]


def test_a_thousand_random_trades_are_traced_exactly_in_both_directions() -> None:
    asked = 0
    for seed in range(1000):
        made = world(seed, steps=30)
        graph = made.graph()
        for lot in made.chance.sample(sorted(made.left), min(3, len(made.left))):
            down = made.closure(lot, forward=True)
            holds = {box for box, held in made.ever_in if held in down}
            assert set(items(trace_forward(graph, lot))) == (down | holds) - {lot}, f"seed {seed}, forward from {lot}"
            assert set(items(trace_back(graph, lot))) == made.closure(lot, forward=False) - {lot}, f"seed {seed}"
            asked += 1
        for box in sorted(made.boxes)[:2]:
            inside = {held for outer, held in made.ever_in if outer == box}
            up = set().union(*(made.closure(one, forward=False) for one in inside), inside) - {box}
            assert set(items(trace_back(graph, box))) - {box} == up, f"seed {seed}, back from the package {box}"
            asked += 1

    assert asked > 3000


def test_the_random_trades_are_deep_and_hold_all_that_makes_tracing_hard() -> None:
    worlds = [world(seed, steps=30) for seed in range(100)]

    assert max(max(made.level.values()) for made in worlds) == 8
    assert any(
        made.closure(lot, forward=True) & made.closure(lot, forward=False) - {lot}
        for made in worlds
        for lot in made.left
    )
    assert any(run.opened for made in worlds for run in made.runs)
    assert any(made.on for made in worlds)


def in_a_circle(made: World, lot: UUID) -> bool:
    return bool(made.closure(lot, forward=True) & made.closure(lot, forward=False) - {lot})


def test_several_lots_of_one_material_in_one_run_are_all_found() -> None:
    graph = Graph([step({A: 10, B: 20, C: 5}, {D: 30})])

    assert trace_back(graph, D) == [Reached(A, 1), Reached(B, 1), Reached(C, 1)]


def test_rework_that_leads_in_a_circle_ends() -> None:
    graph = Graph([step({A: 10, C: 1}, {B: 11}), step({B: 11}, {C: 11}), step({C: 5}, {D: 5})])

    assert trace_forward(graph, A) == [Reached(B, 1), Reached(C, 2), Reached(D, 3)]
    assert items(trace_back(graph, B)) == [A, C]


def test_a_run_takes_of_a_package_what_was_in_it_then() -> None:
    held = [Holding(BOX, A, Decimal(5), NOON - 2 * HOUR, NOON - HOUR), Holding(BOX, B, Decimal(5), NOON - HOUR)]
    graph = Graph([step({BOX: None}, {D: 5})], held)

    assert items(trace_back(graph, D)) == [B, BOX]
    assert trace_forward(graph, A) == [Reached(BOX, 1, packed=True)]
    assert items(trace_forward(graph, B)) == [D, BOX]


def test_a_box_on_a_pallet_counts_only_for_what_was_in_it_there() -> None:
    held = [Holding(BOX, A, None, NOON, NOON + HOUR), Holding(PALLET, BOX, None, NOON + 2 * HOUR)]

    assert items(trace_forward(Graph([], held), A)) == [BOX]
    assert items(trace_forward(Graph([], held), BOX)) == [PALLET]


def test_lots_that_share_a_pallet_are_not_made_of_each_other() -> None:
    held = [Holding(PALLET, A, Decimal(5), NOON), Holding(PALLET, B, Decimal(5), NOON)]
    graph = Graph([step({B: 5}, {D: 5})], held)

    assert items(trace_forward(graph, A)) == [PALLET]


def test_a_package_is_asked_for_one_moment_or_for_all_of_them() -> None:
    held = [Holding(BOX, A, None, NOON, NOON + HOUR), Holding(BOX, B, None, NOON + HOUR)]
    graph = Graph([], held)

    assert items(trace_back(graph, BOX, at=NOON)) == [A]
    assert items(trace_back(graph, BOX)) == [A, B]


def test_contents_are_adds_minus_deletes_and_an_empty_delete_empties() -> None:
    told = [
        Packing(BOX, "ADD", NOON, ((A, Decimal(10)), (B, None))),
        Packing(BOX, "DELETE", NOON + HOUR, ((A, Decimal(4)),)),
        Packing(BOX, "OBSERVE", NOON + HOUR, ((B, None), (C, Decimal(1)))),
        Packing(BOX, "DELETE", NOON + 2 * HOUR),
    ]

    assert sorted(holdings(told), key=lambda one: (one.child, one.begin)) == [
        Holding(BOX, A, Decimal(10), NOON, NOON + HOUR),
        Holding(BOX, A, Decimal(6), NOON + HOUR, NOON + 2 * HOUR),
        Holding(BOX, B, None, NOON, NOON + 2 * HOUR),
        Holding(BOX, C, Decimal(1), NOON + HOUR, NOON + 2 * HOUR),
    ]
