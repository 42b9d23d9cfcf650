import argparse
import sys

from django.core.management.base import BaseCommand
from django.utils import timezone

from traceability.enums import RunKind, RunState
from traceability.models import VerificationRun
from traceability.services import verification


class Command(BaseCommand):
    help = "Verify what is new since the last clean run, here and now, and keep the run with its figures."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--full", action="store_true", help="everything, chunk by chunk in this process")

    def handle(self, **options: object) -> None:
        kind = RunKind.FULL if options["full"] else RunKind.INCREMENTAL
        try:
            run = verification.run_now(kind, clock=timezone.now)
        except Exception as error:  # noqa: BLE001 - as in fsck: what could not run is neither clean nor found
            self.stderr.write(f"verify could not run: {error!r}")
            sys.exit(2)
        self._show(run)
        sys.exit(0 if run.state == RunState.CLEAN else 1)

    def _show(self, run: VerificationRun) -> None:
        self.stdout.write(
            f"{run.get_kind_display()}: {run.get_state_display()}; {run.entries} entries from {run.first_index},"
            f" rows of {run.rows} entities, {run.seconds:.2f} s"
        )
        for finding in run.findings.order_by("pk"):
            self.stdout.write(str(finding))
