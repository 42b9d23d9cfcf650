import argparse
import json
import sys
from pathlib import Path
from typing import TextIO, cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.utils import timezone
from rich.console import Console

from accounts.errors import OtherCastError
from config.demo import codes, consents, credit, published, report, verdict
from config.demo.bank_machine import key_of, machine
from config.demo.cast import assemble
from config.demo.progress import progress
from config.demo.scenes import Stage
from config.demo.seed import Seed
from config.demo.story import story, tell
from config.demo.summary import summary
from traceability.enums import RunState
from traceability.errors import TraceabilityError
from traceability.log_key import LogKeyError
from traceability.vault import VaultError

# How long to leave the log to its own integrator and publisher, which look four times and once a second.
PATIENCE_SECONDS = 4.0
_INTERRUPTED = 130
_WIDTH = 120


class Command(BaseCommand):
    help = (
        "Load the demonstration: published examples where they are at hand, and a made-up season in Liaoning. Safe to"
        " interrupt and to run again: what is there already stays, and nothing is recorded twice."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=7, help="ids and small differences follow from it")
        parser.add_argument(
            "--published", type=Path, default=published.FOLDER, help="the folder of the published examples"
        )
        parser.add_argument("--patience", type=float, default=PATIENCE_SECONDS, help=argparse.SUPPRESS)
        parser.add_argument(
            "--without-summary", action="store_true", help="leave pages and log-ins to who asks for --summary"
        )
        parser.add_argument(
            "--bank-key",
            action="store_true",
            help="print the number and the key of the bank's machine as JSON, load nothing",
        )
        parser.add_argument("--summary", action="store_true", help="print pages and log-ins as JSON, load nothing")

    def handle(self, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("made-up data and log-ins are for demonstrations: SUYUAN_DEMO=1 allows them")
        if options["summary"]:
            self.stdout.write(json.dumps(summary(), ensure_ascii=False))
            return
        if options["bank_key"]:
            self._tell_key(Seed(int(str(options["seed"]))))
            return
        self.console = _console(self.stdout)
        try:
            self._load(argparse.Namespace(**options))
        except KeyboardInterrupt:
            self.console.print("Interrupted. What is recorded stays; run the command again to go on.")
            sys.exit(_INTERRUPTED)
        except (TraceabilityError, LogKeyError, VaultError) as error:
            raise CommandError(str(error)) from error

    def _load(self, options: argparse.Namespace) -> None:
        stage = self._stage(options.seed)
        self._take_published(options.published, stage)
        self._tell_story(stage)
        consents.give(stage, clock=timezone.now)
        codes.scan_bags(stage, clock=timezone.now)
        self._lend(stage, options.patience)
        verdict.settle(clock=timezone.now, patience_seconds=options.patience)
        self.console.print(report.findings_table(verdict.findings()))
        run = verdict.verify(clock=timezone.now)
        if not options.without_summary:
            found = summary()
            self.console.print(report.pages_table(found["pages"]), report.accounts_table(found["accounts"]))
        self.console.print(report.verdict_line(run))
        if run.state != RunState.CLEAN:
            sys.exit(1)

    def _stage(self, seed: int) -> Stage:
        try:
            return Stage(Seed(seed), assemble(Seed(seed), at=timezone.now()))
        except OtherCastError as error:
            raise CommandError("a demonstration of another seed is here already; `make clean` removes it") from error

    def _take_published(self, folder: Path, stage: Stage) -> None:
        if not published.are_at_hand(folder):
            self.console.print(f"· No published examples at {folder}: the made-up season alone is loaded.")
            return
        count = published.register_all(folder, stage, clock=timezone.now)
        self.console.print(f"✓ Published plots: {count}")
        sources = published.sources(folder)
        taken = []
        with progress("Published EPCIS documents", total=len(sources), console=self.console) as advance:
            for source in sources:
                taken.append(published.take(source, stage, clock=timezone.now))
                advance()
        self.console.print(report.published_table(taken), *report.published_notes(taken), sep="\n")
        self.console.print(", ".join(f"{name}: {number}" for name, number in report.figures().items()))

    def _tell_story(self, stage: Stage) -> None:
        scenes = story(stage)
        with progress("Season in Liaoning (generated)", total=len(scenes), console=self.console) as advance:
            told = tell(scenes, stage, clock=timezone.now, advance=advance)
        text = f"  {told.now} recorded now, {told.before} before"
        self.console.print(text + (f", {told.later} lie in the future and wait" if told.later else ""))

    def _lend(self, stage: Stage, patience: float) -> None:
        with progress("Credit (generated)", total=credit.ACTS, console=self.console) as advance:

            def settle() -> None:
                verdict.settle(clock=timezone.now, patience_seconds=patience)

            told = credit.play(stage, clock=timezone.now, settle=settle, advance=advance)
        self.console.print(f"  {told.now} recorded now, {told.before} before")

    def _tell_key(self, seed: Seed) -> None:
        try:
            client = machine(Stage(seed, assemble(seed, at=timezone.now())), at=timezone.now())
        except OtherCastError as error:
            raise CommandError("a demonstration of another seed is here") from error
        found = {"client_id": client.application.client_id, "key": key_of(seed).export(as_dict=True)}
        self.stdout.write(json.dumps(found, ensure_ascii=False))


def _console(stdout: OutputWrapper) -> Console:
    # Rich ends its lines itself.
    stdout.ending = ""
    return Console(file=cast("TextIO", stdout), highlight=False, width=None if stdout.isatty() else _WIDTH)
