from tests.traceability.ledger.scores.grounds import expert
from traceability.ledger.scores.figures import Figure, ratio, variation
from traceability.ledger.scores.spread import spread
from traceability.ledger.scores.variables import NumberVariable

SEED = bytes(range(32))


def _figures(**seen: tuple[int, ...]) -> dict[str, Figure]:
    measure = {"yield_cv": variation}
    return {name: Figure(measure.get(name, ratio)(marks), seen=marks) for name, marks in seen.items()}


def _score(figures: dict[str, Figure]) -> int:
    return expert().score({name: one.number for name, one in figures.items()}).score


def test_what_is_all_alike_leaves_no_range() -> None:
    figures = _figures(on_time_rate=(1,) * 7, inspection_pass_rate=(0,) * 4, yield_cv=(1_000_000,) * 3)
    score = _score(figures)

    assert spread(expert(), figures, score=score, seed=SEED) == (score, score)


def test_what_differs_is_drawn_anew_beside_what_is_all_alike() -> None:
    figures = _figures(on_time_rate=(1, 1, 1, 1, 0, 0), inspection_pass_rate=(1,) * 4)
    alone = _figures(on_time_rate=(1, 1, 1, 1, 0, 0))
    variable = next(one for one in expert().variables if one.name == "inspection_pass_rate")
    assert isinstance(variable, NumberVariable)
    more = variable.bin_of(10_000).points - variable.absent.points

    low, high = spread(expert(), figures, score=_score(figures), seed=SEED)

    # Each variable draws from a stream of its own.
    lower, higher = spread(expert(), alone, score=_score(alone), seed=SEED)
    assert (low, high) == (lower + more, higher + more)
    assert low < high
