import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from traceability.models import EntityHead
from traceability.services.checks.fault import Fault, fewer
from traceability.services.fsck import Fsck, size

# Exit codes: nothing is found; something is; the check could not be carried out.
CLEAN, FOUND, FAILED = 0, 1, 2
_MOST = 1000


class Command(BaseCommand):
    help = (
        "Check everything that is stored against the leaves: entries, nodes, checkpoints, heads, what waits, openings,"
        " attachments, receipts, domain rows. Exit code 0: clean; 1: something is found; 2: the check could not run."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object in place of lines")
        parser.add_argument(
            "--quick", action="store_true", help="do not hold members against their rules, nor read files"
        )

    def handle(self, **options: object) -> None:
        started = time.monotonic()
        quick, quiet = bool(options["quick"]), bool(options["json"])
        try:
            with _progress(quiet=quiet) as progress:
                task = progress.add_task("fsck", total=size() + EntityHead.objects.count())
                check = Fsck(thorough=not quick, files=not quick, advance=lambda number: progress.advance(task, number))
                found = list(self._shown(fewer(check.faults(), most=_MOST), quiet=quiet))
        except Exception as error:  # noqa: BLE001 - whatever it was, it is not a finding, and must not look clean
            self.stderr.write(f"fsck could not run: {error!r}")
            sys.exit(FAILED)
        self._conclude(check, found, seconds=time.monotonic() - started, as_json=quiet)
        sys.exit(FOUND if found else CLEAN)

    def _shown(self, faults: Iterable[Fault], *, quiet: bool) -> Iterator[Fault]:
        for fault in faults:
            if not quiet:
                self.stdout.write(str(fault))
            yield fault

    def _conclude(self, check: Fsck, found: list[Fault], *, seconds: float, as_json: bool) -> None:
        figures = {
            "entries": check.entries,
            "entities": check.entities,
            "size": check.frontier.size if check.frontier else None,
            "root": check.frontier.root().hex() if check.frontier else None,
            "seconds": round(seconds, 3),
        }
        if as_json:
            self.stdout.write(json.dumps({**figures, "findings": [asdict(fault) for fault in found]}, indent=1))
            return
        for name, figure in figures.items():
            self.stdout.write(f"{name}: {figure}")
        self.stdout.write(f"{len(found)} findings" if found else "clean")


def _progress(*, quiet: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=quiet or not sys.stderr.isatty(),
    )
