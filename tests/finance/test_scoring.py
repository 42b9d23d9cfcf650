import numpy as np

from finance.scoring import score_coded
from finance.services.cards import expert_card


def test_score_coded_gives_what_the_card_gives_one_by_one() -> None:
    card, chance = expert_card(), np.random.default_rng(3)
    values: list[dict[str, int | None]] = [
        {one.name: int(chance.integers(0, 12_000)) for one in card.variables} for _ in range(300)
    ]
    values[0] = dict.fromkeys(values[0])
    codes = np.array([[one.bin_of(value[one.name]).place for value in values] for one in card.variables])

    assert score_coded(card, codes).tolist() == [card.score(value).score for value in values]
