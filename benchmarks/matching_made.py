"""Instances of matching: read from files, or made up by a seed."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from orders.matching import Lanes, Lines, Market, Supplies
from orders.matching.market import Ints

REGIONS, WINDOWS, GRADES, PRODUCTS = 14, 12, 3, 6


def read(folder: Path, prefix: str) -> list[Market]:
    """Read an instance in four CSV files, one market for each product."""
    orders, plans = (_columns(folder / f"{prefix}_{name}.csv") for name in ("orders", "plans"))
    reach, km = (
        np.loadtxt(folder / f"{prefix}_{name}.csv", np.int64, delimiter=",", ndmin=2) for name in ("reach", "dist_km")
    )
    lanes = Lanes(reach=reach == 1, freight=(2 * km + 4) // 5)
    return [_market(orders, plans, lanes, product) for product in np.unique(orders["product"])]


def made(orders: int, plans: int, *, seed: int = 7) -> list[Market]:
    """Make up an instance whose supply is about as much as its demand, spread over products, windows and regions."""
    chance = np.random.default_rng(seed)
    place = chance.uniform(0, 600, (REGIONS, 2))
    km = np.hypot(*(place[:, None] - place[None]).transpose(2, 0, 1)).astype(np.int64)
    lanes = Lanes(reach=km <= 400, freight=(2 * km + 4) // 5)
    asked = {
        "product": chance.integers(0, PRODUCTS, orders),
        "min_grade": chance.integers(0, GRADES, orders),
        "window": chance.integers(0, WINDOWS, orders),
        "region": chance.integers(0, REGIONS, orders),
        "qty_kg": chance.lognormal(3, 0.8, orders).astype(np.int64) + 1,
        "price_fen_kg": 50 * chance.integers(16, 30, orders),
    }
    begin = chance.integers(0, WINDOWS, plans)
    size = asked["qty_kg"].sum() / max(1, plans)
    offered = {
        "product": chance.integers(0, PRODUCTS, plans),
        "grade": chance.integers(0, GRADES, plans),
        "region": chance.integers(0, REGIONS, plans),
        "window_from": begin,
        "window_to": begin + chance.integers(0, 3, plans),
        "qty_kg": (size * chance.lognormal(-0.18, 0.6, plans)).astype(np.int64) + 1,
        "ask_fen_kg": chance.integers(400, 900, plans),
    }
    return [_market(asked, offered, lanes, product) for product in range(PRODUCTS)]


def shaken(market: Market, *, seed: int) -> Market:
    """Take a third from one plan in twenty."""
    chance = np.random.default_rng(seed)
    hit = chance.random(len(market.supplies)) < 0.05
    quantity = np.where(hit, 2 * market.supplies.quantity // 3, market.supplies.quantity)
    return replace(market, supplies=replace(market.supplies, quantity=quantity))


def _columns(path: Path) -> dict[str, Ints]:
    with path.open(encoding="utf-8", newline="") as file:
        names, *rows = csv.reader(file)
    columns = np.array(rows, np.int64).reshape(-1, len(names))
    return {name: columns[:, place] for place, name in enumerate(names)}


def _market(orders: dict[str, Ints], plans: dict[str, Ints], lanes: Lanes, product: int) -> Market:
    asked, offered = (_only(table, table["product"] == product) for table in (orders, plans))
    number = len(asked["product"])
    lines = Lines(
        min_grade=asked["min_grade"],
        window=asked["window"],
        region=asked["region"],
        quantity=asked["qty_kg"],
        price=asked["price_fen_kg"],
        weight=np.ones(number, np.int64),
        rank=np.arange(number),
        split_ok=np.ones(number, np.int64),
    )
    supplies = Supplies(
        farmer=np.arange(len(offered["product"])),
        grade=offered["grade"],
        region=offered["region"],
        window_from=offered["window_from"],
        window_to=offered["window_to"],
        quantity=offered["qty_kg"],
        ask=offered["ask_fen_kg"],
    )
    return Market(lines=lines, supplies=supplies, lanes=lanes)


def _only(table: dict[str, Ints], rows: NDArray[np.bool_]) -> dict[str, Ints]:
    return {name: column[rows] for name, column in table.items()}
