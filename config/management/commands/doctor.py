import argparse
import dataclasses
import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config import checkup


class Command(BaseCommand):
    help = "Look at database, broker, clock, keys, disk, log and verification; fail when one is not well."
    requires_system_checks = ()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, **options: object) -> None:
        answers = list(checkup.answers(timezone.now()))
        if options["json"]:
            self.stdout.write(json.dumps([dataclasses.asdict(answer) for answer in answers], ensure_ascii=False))
        else:
            self._show(answers)
        unwell = [answer.name for answer in answers if not answer.well]
        if unwell:
            raise CommandError(f"not well: {', '.join(unwell)}")

    def _show(self, answers: list[checkup.Answer]) -> None:
        width = max(len(answer.name) for answer in answers)
        for answer in answers:
            line = f"{'✓' if answer.well else '✗'} {answer.name:{width}}  {answer.detail}"
            self.stdout.write(line if answer.well else self.style.ERROR(line))
