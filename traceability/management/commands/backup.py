import argparse
import json
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from traceability.errors import TraceabilityError
from traceability.services import backups


class Command(BaseCommand):
    help = (
        "Write the database into a new folder, with the log's size and root of the same moment; the product goes on"
        " meanwhile. Keys are not in it: back up their folder apart."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--files", type=Path, help="also copy photos and reports there, those that it lacks")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **options: object) -> None:
        arguments = argparse.Namespace(**options)
        try:
            made = backups.back_up(folder=arguments.folder, at=timezone.now())
            copied = backups.copy_files(to=arguments.files) if arguments.files else 0
        except TraceabilityError as error:
            raise CommandError(str(error)) from error
        if arguments.json:
            self.stdout.write(json.dumps(asdict(made) | {"files_copied": copied}))
            return
        self.stdout.write(f"{made.size} entries with root {made.root}, {made.dump_bytes} bytes in {arguments.folder}")
        if arguments.files:
            self.stdout.write(f"{copied} files copied to {arguments.files}")
