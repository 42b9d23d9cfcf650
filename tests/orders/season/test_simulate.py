"""The synthetic season: the same each time, and in the order that was measured."""

from dataclasses import asdict
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from django.core.management import call_command

from orders.season import POLICIES, Figures, Params, planting, simulate, watching, world

SMALL = Params(farms=200, orders=1500, seasons=3, burn_in=1)


@pytest.fixture(scope="module")
def found() -> dict[str, Figures]:
    return simulate(SMALL, 1)


def test_the_same_seed_gives_the_same_figures(found: dict[str, Figures]) -> None:
    assert simulate(SMALL, 1) == found
    assert simulate(SMALL, 2) != found


def test_planning_sells_more_than_chasing_prices(found: dict[str, Figures]) -> None:
    assert found["planned, re-planned"].unsold < found["old way, optimum"].unsold < found["old way"].unsold


def test_planning_again_at_harvest_sells_more_than_what_was_fixed(found: dict[str, Figures]) -> None:
    assert found["planned, re-planned"].unsold < found["planned, committed"].unsold


def test_the_optimum_costs_less_freight_than_nearest_first(found: dict[str, Figures]) -> None:
    assert found["planned, re-planned"].freight < found["planned, greedy"].freight


def test_fair_tenths_leave_nobody_behind_and_sell_as_much(found: dict[str, Figures]) -> None:
    assert found["planned, fair"].under_half <= found["planned, re-planned"].under_half
    assert found["planned, fair"].unsold == pytest.approx(found["planned, re-planned"].unsold, abs=1e-6)


def test_shares_are_shares(found: dict[str, Figures]) -> None:
    for figures in found.values():
        said = asdict(figures)
        assert all(0 <= said[name] <= 1 for name in ("unsold", "fulfilled", "under_half"))


def test_nobody_plants_more_than_the_land_there_is() -> None:
    dice = np.random.default_rng(3)
    place = world.make_world(SMALL, dice)
    old = planting.old_way(place, place.base, 1.0, dice)
    wanted = np.repeat(place.mean_demand[:, None] / SMALL.regions, SMALL.regions, axis=1)

    shares = planting.by_demand(place, wanted, old, SMALL)

    assert shares.sum(axis=1) == pytest.approx(1)
    assert not shares[~place.can_grow].any()


def test_the_command_prints_the_table_and_draws_it(tmp_path: Path) -> None:
    out, drawn = StringIO(), tmp_path / "season.svg"

    call_command(
        "simulate_season",
        "--seeds=1",
        "--farms=60",
        "--orders=200",
        "--seasons=2",
        "--burn-in=1",
        f"--figure={drawn}",
        stdout=out,
    )

    lines = out.getvalue().splitlines()
    assert lines[0].startswith("Synthetic market, 1 seeds")
    assert [line.split("  ")[0] for line in lines[3:10]] == list(POLICIES)
    assert [line.split("  ")[0] for line in lines[11:]] == ["alerts 14 days ahead", *watching.WATCHED]
    assert "synthetic" in ET.fromstring(drawn.read_text(encoding="utf-8"))[0].text  # type: ignore[operator] # noqa: S314
