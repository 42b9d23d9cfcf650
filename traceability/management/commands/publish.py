from datetime import datetime

from django.conf import settings

from traceability.management.steady import SteadyCommand
from traceability.services import publisher


class Command(SteadyCommand):
    help = "Sign and publish the log's size and root each second, where it grew. Several may run; one signs."
    seconds = settings.PUBLISH_SECONDS
    fault = ("ledger_checkpoint", "publish")

    def step(self, at: datetime) -> None:
        publisher.publish_once(at=at)
