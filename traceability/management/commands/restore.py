import argparse
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from traceability.errors import TraceabilityError
from traceability.services import backups


class Command(BaseCommand):
    help = (
        "Bring a backup into the empty database of the settings. Where more was published than it holds, it is refused"
        " unless --short says that it is known; nothing is signed then."
    )
    # There are no tables yet.
    requires_migrations_checks = False

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--short", action="store_true", help="restore it though it ends before what was published")

    def handle(self, **options: object) -> None:
        arguments = argparse.Namespace(**options)
        try:
            backup = backups.read(arguments.folder)
            short = backups.shortfall(backup)
            if short and not arguments.short:
                raise CommandError(f"nothing is restored. {short}")
            backups.restore(folder=arguments.folder)
        except TraceabilityError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"restored: {backup.size} entries with root {backup.root}, of {backup.made_at}")
        if short:
            self.stdout.write(self.style.WARNING(f"nothing will be signed. {short}"))
        self.stdout.write("now: `manage.py migrate --database owner` where the release is newer, then `manage.py fsck`")
