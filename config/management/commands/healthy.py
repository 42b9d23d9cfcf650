import argparse

from django.core.management.base import BaseCommand, CommandError

from config import parts


class Command(BaseCommand):
    help = "Say whether one part of the product does its work; exits with 1 and the reason where it does not."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("part", choices=sorted(parts.CHECKS))

    def handle(self, *, part: str, **_options: object) -> None:
        if fault := parts.CHECKS[part]():
            raise CommandError(f"{part}: {fault}")
        self.stdout.write(f"{part}: ok")
