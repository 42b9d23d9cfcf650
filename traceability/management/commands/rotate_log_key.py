import argparse
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.models import Membership
from traceability.errors import TraceabilityError
from traceability.log_key import LogKeyError
from traceability.services import log_keys
from traceability.services.entries import Entry


class Command(BaseCommand):
    help = (
        "Have a new key of the log take over: `begin` makes it, records it, lets both sign; `finish` lets the old one"
        " go. Between them give readers and witnesses time: docs/keys.md."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("step", choices=("begin", "finish"))
        parser.add_argument("--phone", help="begin: the log-in of the operator's member who records it")

    def handle(self, **options: str) -> None:
        try:
            vkey = self._begin(options["phone"]) if options["step"] == "begin" else log_keys.finish()
        except (TraceabilityError, LogKeyError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(vkey)

    def _begin(self, phone: str) -> str:
        member = Membership.objects.filter(
            user__phone=phone, organisation__kind=OrganisationKind.OPERATOR, user__is_active=True
        ).first()
        if member is None:
            raise CommandError("--phone: no member of the operator has this log-in")
        at = timezone.now()
        return log_keys.begin(entry=Entry(id=uuid4(), time=at), membership=member, at=at)
