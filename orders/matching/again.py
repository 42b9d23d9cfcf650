"""A run from its inputs' file alone, so that anybody who has the file gets the same outcome, byte for byte.

Masses are whole grams, prices fen for each kilogram; a gram at so many fen a kilogram is worth that many thousandths of
a fen, in which objective and bound are written. `python -m orders.matching.again FILE` prints the outcome's SHA-256.
"""

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from orders.matching.market import Kept, Lanes, Lines, Market, MarketError, Supplies
from orders.matching.match import match
from orders.matching.rules import Rules

VERSION = 1
# The columns of the tables in the file, in their order; `id` stands before them.
LINE_COLUMNS = ("min_grade", "window", "region", "quantity", "price", "weight", "rank", "split_ok")
SUPPLY_COLUMNS = ("farmer", "grade", "region", "window_from", "window_to", "quantity", "ask")


def write(said: dict[str, Any]) -> bytes:
    """Write inputs or an outcome as JSON of one spelling: members sorted, no spaces, UTF-8."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def inputs_of(  # noqa: PLR0913 - all that a run knows
    *,
    product: str,
    rules: Rules,
    lines: Sequence[Sequence[object]],
    supplies: Sequence[Sequence[object]],
    lanes: Sequence[Sequence[int]],
    kept: Sequence[Sequence[int]],
    presell: Mapping[str, object] | None = None,
) -> bytes:
    """Write the inputs of a run.

    Rows of lines and supplies begin with their id; a lane is [region of the line, region of the supply, fen/kg], and
    where there is none nothing is delivered; kept is [line, supply, grams] by their places in the tables. Of planning
    runs `presell` says what `orders.presell` computes from; the matching does not read it.
    """
    said: dict[str, object] = {
        "v": VERSION,
        "product": product,
        "rules": asdict(rules),
        "lines": lines,
        "supplies": supplies,
        "lanes": lanes,
        "kept": kept,
    }
    if presell is not None:
        said["presell"] = presell
    return write(said)


def market_of(inputs: bytes) -> tuple[Market, Rules]:
    """Read inputs. Raises MarketError."""
    try:
        said = json.loads(inputs)
        if said["v"] != VERSION:
            raise MarketError(f"v: is {said['v']}, and only {VERSION} can be read")
        lines = Lines(**_columns(said["lines"], LINE_COLUMNS))
        supplies = Supplies(**_columns(said["supplies"], SUPPLY_COLUMNS))
        kept = Kept(**_columns([[None, *row] for row in said["kept"]], ("line", "supply", "quantity")))
        lanes = _lanes(said["lanes"], lines, supplies)
        return Market(lines=lines, supplies=supplies, lanes=lanes, kept=kept), Rules(**said["rules"])
    except (KeyError, TypeError, ValueError) as error:
        raise MarketError(f"inputs: {error}") from error


def outcome(inputs: bytes) -> bytes:
    """Match by the inputs, and write the outcome: [line, supply, grams] by places. Raises MarketError, FlowError."""
    market, rules = market_of(inputs)
    found = match(market, rules)
    given = found.allocations
    rows = np.stack([given.line, given.supply, given.quantity], axis=1).tolist()
    return write(
        {
            "v": VERSION,
            "inputs_sha256": hashlib.sha256(inputs).hexdigest(),
            "allocations": rows,
            "objective": found.objective,
            "bound": found.bound,
            "grams": found.quantity,
        }
    )


def _columns(rows: Sequence[Sequence[Any]], names: Sequence[str]) -> dict[str, Any]:
    table = np.array([row[1:] for row in rows], np.int64).reshape(-1, len(names))
    return {name: np.ascontiguousarray(table[:, place]) for place, name in enumerate(names)}


def _lanes(rows: Sequence[Sequence[int]], lines: Lines, supplies: Supplies) -> Lanes:
    to = 1 + max([-1, *lines.region.tolist(), *(row[0] for row in rows)])
    start = 1 + max([-1, *supplies.region.tolist(), *(row[1] for row in rows)])
    reach, freight = np.zeros((to, start), np.bool_), np.zeros((to, start), np.int64)
    for destination, origin, fen in rows:
        reach[destination, origin], freight[destination, origin] = True, fen
    return Lanes(reach=reach, freight=freight)


if __name__ == "__main__":
    sys.stdout.write(hashlib.sha256(outcome(Path(sys.argv[1]).read_bytes())).hexdigest() + "\n")
