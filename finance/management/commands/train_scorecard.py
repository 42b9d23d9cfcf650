"""Trains a card on the outcomes of loans."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.models import Membership
from finance.services import training
from traceability.errors import InputError
from traceability.ledger.scores import Card
from traceability.services.entries import Entry
from traceability.standards.days import day_in_china


class Command(BaseCommand):
    help = "Fit the kind of card that the matured outcomes allow; it is written to a file, or registered for approval"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, help="where to write the card; its model card goes beside it")
        parser.add_argument("--register", metavar="PHONE", help="register it, as this member of the operator")
        parser.add_argument("--generated", type=int, metavar="N", help="learn from N generated farmers, for trial only")
        parser.add_argument("--seed", type=int, default=1, help="of the generated farmers (1)")

    def handle(self, *_args: Any, **options: Any) -> None:
        at = timezone.now()
        try:
            if options["generated"]:
                card, about = training.train_on_generated(
                    options["generated"], seed=options["seed"], on=day_in_china(at)
                )
            else:
                card, about = training.train(on=day_in_china(at))
            if options["register"]:
                training.register_trained(
                    card=card,
                    about=about,
                    entry=Entry(id=uuid4(), time=at),
                    membership=_operator(options["register"]),
                    at=at,
                )
        except InputError as error:
            raise CommandError(str(error)) from error
        if options["out"]:
            _write(options["out"], card, about)
        self.stdout.write(json.dumps({"card": card.id, "kind": card.kind, **about}, ensure_ascii=False, indent=1))


def _operator(phone: str) -> Membership:
    found = Membership.objects.filter(user__phone=phone, organisation__kind=OrganisationKind.OPERATOR).first()
    if found is None:
        raise CommandError("no member of the operator has this phone number")
    return found


def _write(path: Path, card: Card, about: object) -> None:
    path.write_bytes(card.data)
    path.with_suffix(".about.json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
