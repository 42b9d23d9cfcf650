"""How long scores take: a million coded applicants, one with reasons, evidence files made and verified.

    python -m benchmarks.scores [--files 1000] [--applicants 1000000]

Prints one line of JSON. All farms are generated.
"""

import argparse
import json
import random
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.scores_flipped import PARTS, flipped, named
from benchmarks.scores_made import LOG, make_evidence, make_farm
from finance.scoring import score_coded
from traceability.ledger.canonical import canonicalize_profiled
from traceability.ledger.scores import Card, build_card, parse_evidence, verify_score

VKEYS = [str(LOG.vkey)]
_EXPERT = Path(__file__).parent.parent / "finance" / "data" / "expert-v1.json"
_ONES = 20_000


def main() -> None:
    """Measure all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--applicants", type=int, default=1_000_000)
    options = parser.parse_args()
    card = build_card(json.loads(_EXPERT.read_text(encoding="utf-8")))
    found = {
        "generated": True,
        "applicants": options.applicants,
        "bulk_seconds": round(_bulk(card, options.applicants), 4),
        "one_microseconds": round(_one(card), 2),
        **_files(card, options.files),
    }
    print(json.dumps(found))


def _bulk(card: Card, applicants: int) -> float:
    chance = np.random.default_rng(7)
    codes = np.stack([chance.integers(-1, len(one.bins), applicants, dtype=np.int8) for one in card.variables])
    return min(_seconds(lambda: score_coded(card, codes)) for _ in range(3))


def _one(card: Card) -> float:
    features = {one.name: 5000 for one in card.variables}

    def once() -> None:
        for _ in range(_ONES):
            scored = card.score(features)
            _ = scored.reasons, scored.strengths

    return min(_seconds(once) for _ in range(3)) / _ONES * 1e6


def _files(card: Card, count: int) -> dict[str, object]:
    """Make files one by one, recompute each, and turn one byte in each part of each."""
    chance, proven, seconds = random.Random(11), 0, 0.0
    refused = dict.fromkeys(PARTS, 0)
    right = dict.fromkeys(PARTS, 0)
    for seed in range(count):
        data = make_evidence(make_farm(seed, card=card), card)
        begun = time.perf_counter()
        report = verify_score(data, vkeys=VKEYS)
        seconds += time.perf_counter() - begun
        proven += canonicalize_profiled(dict(report.record)) == parse_evidence(data).record
        for part in PARTS:
            found = named(flipped(data, part, chance), VKEYS)
            refused[part] += found is not None
            right[part] += found is part
    return {
        "files": count,
        "recomputed_byte_for_byte": proven,
        "verify_seconds": round(seconds, 2),
        "refused_after_one_flipped_byte": {part.value: number for part, number in refused.items()},
        "part_named": {part.value: number for part, number in right.items()},
    }


def _seconds(what: Callable[[], object]) -> float:
    begun = time.perf_counter()
    what()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
