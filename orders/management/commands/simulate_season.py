"""Compares policies of planting and selling over synthetic seasons."""

import sys
from argparse import ArgumentParser
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from orders.season import POLICIES, Alarms, Figures, Params, simulate, watch
from orders.season.report import alarm_table, figure, table

_WIDTH = 30


class Command(BaseCommand):
    """Plays the seasons and prints the table; every parameter of the market is an option."""

    help = "Compare policies over synthetic seasons (nothing in them is measured on real farms)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer each parameter under its name."""
        parser.add_argument("--seeds", type=int, default=12, help="how many markets are drawn (12)")
        parser.add_argument("--figure", type=Path, help="where to draw what stays unsold, as SVG")
        for one in fields(Params):
            kind = type(one.default)
            parser.add_argument(
                f"--{one.name.replace('_', '-')}", type=kind, default=one.default, help=f"({one.default})"
            )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Play, show how far it is, print."""
        params = Params(**{one.name: options[one.name] for one in fields(Params)})
        seeds = range(1, options["seeds"] + 1)
        bar = _Bar(len(seeds) * (len(POLICIES) + 1))
        found: dict[str, list[Figures]] = {name: [] for name in POLICIES}
        alarms: dict[str, list[Alarms]] = {}
        for seed in seeds:
            for name, figures in simulate(params, seed, advance=bar.advance).items():
                found[name].append(figures)
            for name, watched in watch(params, seed).items():
                alarms.setdefault(name, []).append(watched)
            bar.advance()
        bar.end()
        self.stdout.write(table(found, params))
        self.stdout.write("\n" + alarm_table(alarms))
        if options["figure"]:
            options["figure"].write_text(figure(found, params), encoding="utf-8")


class _Bar:
    """How far it is, on a terminal; nothing where nobody looks."""

    def __init__(self, total: int) -> None:
        self.total, self.done = total, 0

    def advance(self) -> None:
        self.done += 1
        if sys.stderr.isatty():
            full = _WIDTH * self.done // self.total
            sys.stderr.write(f"\r[{'#' * full}{'.' * (_WIDTH - full)}] {self.done}/{self.total} steps")
            sys.stderr.flush()

    def end(self) -> None:
        if sys.stderr.isatty():
            sys.stderr.write("\n")
