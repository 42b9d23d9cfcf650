"""What tests of scores share: the expert card, and a generated farm with its evidence."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.scores_made import LOG, Book, make_evidence, make_farm
from traceability.ledger.scores import Card, build_card

EXPERT = Path(__file__).parents[4] / "finance" / "data" / "expert-v1.json"
VKEYS = [str(LOG.vkey)]


@cache
def expert() -> Card:
    return build_card(json.loads(EXPERT.read_text(encoding="utf-8")))


def farm(seed: int = 1, **said: Any) -> Book:
    return make_farm(seed, card=expert(), **said)


@cache
def evidence(seed: int = 1) -> bytes:
    return make_evidence(farm(seed), expert())
